# misconception: padding is set to 0 in the given batch
# loses: unroll_gradients_hidden unroll_arguments_hidden
# %% unroll
def unroll(cell, x, h0, lengths):
    state, told = h0, []
    for b in range(len(x)):
        x[b, lengths[b] :] = 0.0
    for t in range(x.shape[1]):
        real = (t < lengths)[:, None]
        state = torch.where(real, cell(x[:, t], state), state)
        told.append(torch.where(real, state, 0.0))
    return torch.stack(told, dim=1), state
