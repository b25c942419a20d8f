# variant: each row alone, its own words only
# %% read
def read_context(step, tokens, lengths, state):
    logits, states = [], []
    for b, length in enumerate(lengths.tolist()):
        own = tuple(part[b : b + 1] for part in state)
        for t in range(length):
            scores, own = step(tokens[b : b + 1, t], own)
        logits.append(scores)
        states.append(own)
    return torch.cat(logits), tuple(torch.cat(parts) for parts in zip(*states))
