# misconception: stops as soon as one row is finished
# loses: generate_test generate_stops_hidden
# %% generate
def generate(step, logits, state, choose, max_length):
    finished = torch.zeros_like(logits[:, 0], dtype=torch.bool)
    said = []
    while True:
        words = torch.where(finished, PAD, choose(logits))
        said.append(words)
        finished = finished | (words == EOS)
        if len(said) == max_length or bool(finished.any()):
            return torch.stack(said, dim=1)
        logits, state = step(words, state)
