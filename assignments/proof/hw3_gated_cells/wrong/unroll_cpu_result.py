# misconception: hs is collected in a tensor on the CPU
# loses: unroll_arguments_hidden layer_device_hidden
# %% unroll
def unroll(step, x, state, lengths):
    hs = torch.zeros(len(x), x.shape[1], state[0].shape[1], dtype=x.dtype)
    for t in range(x.shape[1]):
        alive = (t < lengths)[:, None]
        new = step(x[:, t], state)
        state = tuple(torch.where(alive, *pair) for pair in zip(new, state, strict=True))
        hs[:, t] = state[0]
    return hs, state
