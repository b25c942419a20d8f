# misconception: remembers on the CPU who is finished
# loses: generate_arguments_hidden
# %% generate
def generate(step, logits, state, choose, max_length):
    finished = torch.zeros(len(logits), dtype=torch.bool)
    said = []
    while True:
        words = torch.where(finished, PAD, choose(logits))
        said.append(words)
        finished = finished | (words == EOS)
        if len(said) == max_length or bool(finished.all()):
            return torch.stack(said, dim=1)
        logits, state = step(words, state)
