# misconception: at padding only the first part of the state stays
# loses: read_ragged_hidden
# %% read
def read_context(step, tokens, lengths, state):
    logits, state = step(tokens[:, 0], state)
    for t in range(1, tokens.shape[1]):
        reading = (t < lengths).unsqueeze(1)
        after = step(tokens[:, t], state)
        logits = torch.where(reading, after[0], logits)
        state = (torch.where(reading, after[1][0], state[0]), *after[1][1:])
    return logits, state
