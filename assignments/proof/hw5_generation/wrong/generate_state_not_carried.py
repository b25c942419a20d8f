# misconception: every step starts from the state that was given (`generate`)
# loses: generate_feeds_hidden generate_stops_hidden
# %% generate
def generate(step, logits, state, choose, max_length):
    finished = torch.zeros_like(logits[:, 0], dtype=torch.bool)
    said, given = [], state
    while True:
        words = torch.where(finished, PAD, choose(logits))
        said.append(words)
        finished = finished | (words == EOS)
        if len(said) == max_length or bool(finished.all()):
            return torch.stack(said, dim=1)
        logits, state = step(words, given)
