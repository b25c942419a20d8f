# misconception: the given initial state is overwritten
# loses: unroll_gradients_hidden unroll_arguments_hidden
# %% unroll
def unroll(cell, x, h0, lengths):
    told = []
    for t in range(x.shape[1]):
        real = (t < lengths)[:, None]
        h0[:] = torch.where(real, cell(x[:, t], h0), h0)
        told.append(torch.where(real, h0, 0.0))
    return torch.stack(told, dim=1), h0
