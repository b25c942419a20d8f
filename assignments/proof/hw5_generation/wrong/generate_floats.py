# misconception: words are stored in a tensor of the logits' type
# loses: generate_arguments_hidden
# %% generate
def generate(step, logits, state, choose, max_length):
    finished = torch.zeros_like(logits[:, 0], dtype=torch.bool)
    said = []
    while True:
        words = torch.where(finished, PAD, choose(logits)).to(logits.dtype)
        said.append(words)
        finished = finished | (words == EOS)
        if len(said) == max_length or bool(finished.all()):
            return torch.stack(said, dim=1)
        logits, state = step(words.long(), state)
