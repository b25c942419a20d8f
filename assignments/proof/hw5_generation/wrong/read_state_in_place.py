# misconception: the new state is written into the given one (`read_context`)
# loses: read_arguments_hidden
# %% read
def read_context(step, tokens, lengths, state):
    given = state
    logits, state = step(tokens[:, 0], state)
    for t in range(1, tokens.shape[1]):
        reading = (t < lengths).unsqueeze(1)
        after = step(tokens[:, t], state)
        logits = torch.where(reading, after[0], logits)
        state = tuple(torch.where(reading, *both) for both in zip(after[1], state, strict=True))
    for old, new in zip(given, state):
        old.copy_(new)
    return logits, given
