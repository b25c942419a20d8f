# misconception: there is no length limit (`generate`)
# loses: generate_test generate_feeds_hidden generate_limit_hidden
# %% generate
def generate(step, logits, state, choose, max_length):
    finished = torch.zeros_like(logits[:, 0], dtype=torch.bool)
    said = []
    while True:
        words = torch.where(finished, PAD, choose(logits))
        said.append(words)
        finished = finished | (words == EOS)
        if bool(finished.all()):
            return torch.stack(said, dim=1)
        logits, state = step(words, state)
