# misconception: time steps are numbered on the CPU
# loses: unroll_arguments_hidden layer_device_hidden
# %% unroll
def unroll(step, x, state, lengths):
    hs, mask = [], torch.arange(x.shape[1]) < lengths[:, None]
    for t in range(x.shape[1]):
        new = step(x[:, t], state)
        pairs = zip(new, state, strict=True)
        state = tuple(torch.where(mask[:, t, None], *pair) for pair in pairs)
        hs.append(state[0])
    return torch.stack(hs, dim=1), state
