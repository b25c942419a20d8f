# misconception: the states are collected in a tensor of the default type
# loses: unroll_gradients_hidden unroll_arguments_hidden
# %% unroll
def unroll(cell, x, h0, lengths):
    state, hs = h0, torch.zeros(*x.shape[:2], h0.shape[1], device=x.device)
    for t in range(x.shape[1]):
        real = (t < lengths)[:, None]
        state = torch.where(real, cell(x[:, t], state), state)
        hs[:, t] = torch.where(real, state, 0.0)
    return hs, state
