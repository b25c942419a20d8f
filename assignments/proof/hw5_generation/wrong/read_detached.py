# misconception: reads without gradients
# loses: read_arguments_hidden
# %% read
def read_context(step, tokens, lengths, state):
    with torch.no_grad():
        logits, state = step(tokens[:, 0], state)
    for t in range(1, tokens.shape[1]):
        reading = (t < lengths).unsqueeze(1)
        with torch.no_grad():
            after = step(tokens[:, t], state)
        logits = torch.where(reading, after[0], logits)
        state = tuple(torch.where(reading, *both) for both in zip(after[1], state, strict=True))
    return logits, state
