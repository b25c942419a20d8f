# misconception: the last real word is fed once more
# loses: read_test read_values_hidden read_ragged_hidden
# %% read
def read_context(step, tokens, lengths, state):
    for t in range(tokens.shape[1]):
        reading = (t < lengths).unsqueeze(1)
        after = step(tokens[:, t], state)
        state = tuple(torch.where(reading, *both) for both in zip(after[1], state))
    rows = torch.arange(len(tokens), device=tokens.device)
    return step(tokens[rows, lengths - 1], state)
