# misconception: padding is overwritten in the given tokens
# loses: read_arguments_hidden
# %% read
def read_context(step, tokens, lengths, state):
    for b in range(len(tokens)):
        tokens[b, int(lengths[b]) :] = PAD
    logits, state = step(tokens[:, 0], state)
    for t in range(1, tokens.shape[1]):
        reading = (t < lengths).unsqueeze(1)
        after = step(tokens[:, t], state)
        logits = torch.where(reading, after[0], logits)
        state = tuple(torch.where(reading, *both) for both in zip(after[1], state, strict=True))
    return logits, state
