# misconception: the given logits are not used: BOS is fed first
# loses: generate_test generate_feeds_hidden generate_stops_hidden
# %% generate
def generate(step, logits, state, choose, max_length):
    finished = torch.zeros_like(logits[:, 0], dtype=torch.bool)
    said = []
    logits, state = step(torch.full_like(logits[:, 0], BOS).long(), state)
    while True:
        words = torch.where(finished, PAD, choose(logits))
        said.append(words)
        finished = finished | (words == EOS)
        if len(said) == max_length or bool(finished.all()):
            return torch.stack(said, dim=1)
        logits, state = step(words, state)
