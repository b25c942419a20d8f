# misconception: words are read from the last to the first
# loses: read_test read_values_hidden read_ragged_hidden
# %% read
def read_context(step, tokens, lengths, state):
    tokens = tokens.flip(1)
    logits, state = step(tokens[:, 0], state)
    for t in range(1, tokens.shape[1]):
        reading = (t < lengths).unsqueeze(1)
        after = step(tokens[:, t], state)
        logits = torch.where(reading, after[0], logits)
        state = tuple(torch.where(reading, *both) for both in zip(after[1], state, strict=True))
    return logits, state
