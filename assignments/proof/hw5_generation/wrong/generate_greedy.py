# misconception: the likeliest word is taken, whatever `choose` says
# loses: generate_feeds_hidden
# %% generate
def generate(step, logits, state, choose, max_length):
    finished = torch.zeros_like(logits[:, 0], dtype=torch.bool)
    said = []
    while True:
        words = torch.where(finished, PAD, logits.argmax(dim=1))
        said.append(words)
        finished = finished | (words == EOS)
        if len(said) == max_length or bool(finished.all()):
            return torch.stack(said, dim=1)
        logits, state = step(words, state)
