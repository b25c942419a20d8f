# misconception: the mask of real words is made on the CPU
# loses: read_arguments_hidden
# %% read
def read_context(step, tokens, lengths, state):
    logits, state = step(tokens[:, 0], state)
    for t in range(1, tokens.shape[1]):
        reading = (torch.full(lengths.shape, t) < lengths).unsqueeze(1)
        after = step(tokens[:, t], state)
        logits = torch.where(reading, after[0], logits)
        state = tuple(torch.where(reading, *both) for both in zip(after[1], state, strict=True))
    return logits, state
