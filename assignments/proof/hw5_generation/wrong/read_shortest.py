# misconception: all rows are cut to the shortest
# loses: read_test read_ragged_hidden
# %% read
def read_context(step, tokens, lengths, state):
    logits, state = step(tokens[:, 0], state)
    for t in range(1, int(lengths.min())):
        reading = (t < lengths).unsqueeze(1)
        after = step(tokens[:, t], state)
        logits = torch.where(reading, after[0], logits)
        state = tuple(torch.where(reading, *both) for both in zip(after[1], state, strict=True))
    return logits, state
