# variant: only the rows that still have words are stepped
# %% read
def read_context(step, tokens, lengths, state):
    logits, state = step(tokens[:, 0], state)
    for t in range(1, int(lengths.max())):
        rows = (lengths > t).nonzero().flatten()
        scores, new = step(tokens[rows, t], tuple(part[rows] for part in state))
        logits = logits.index_copy(0, rows, scores)
        state = tuple(old.index_copy(0, rows, part) for old, part in zip(state, new))
    return logits, state
