# misconception: logits of all words are added up
# loses: read_values_hidden read_ragged_hidden
# %% read
def read_context(step, tokens, lengths, state):
    logits, state = step(tokens[:, 0], state)
    for t in range(1, tokens.shape[1]):
        reading = (t < lengths).unsqueeze(1)
        after = step(tokens[:, t], state)
        logits = logits + torch.where(reading, after[0], 0.0)
        state = tuple(torch.where(reading, *both) for both in zip(after[1], state, strict=True))
    return logits, state
