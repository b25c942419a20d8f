# variant: one more step than needed, whose logits nobody looks at
# %% generate
def generate(step, logits, state, choose, max_length):
    finished = torch.zeros_like(logits[:, 0], dtype=torch.bool)
    said = []
    while True:
        words = torch.where(finished, PAD, choose(logits))
        said.append(words)
        finished = finished | (words == EOS)
        after = step(words, state)
        if len(said) == max_length or bool(finished.all()):
            return torch.stack(said, dim=1)
        logits, state = after
