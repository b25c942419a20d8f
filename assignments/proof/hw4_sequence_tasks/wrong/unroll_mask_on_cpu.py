# misconception: the steps are numbered on the CPU
# loses: unroll_arguments_hidden
# %% unroll
def unroll(cell, x, h0, lengths):
    state, told = h0, []
    real = torch.arange(x.shape[1]) < lengths[:, None]
    for t in range(x.shape[1]):
        now = real[:, t, None]
        state = torch.where(now, cell(x[:, t], state), state)
        told.append(torch.where(now, state, 0.0))
    return torch.stack(told, dim=1), state
