# misconception: steps and rows are swapped by `view`, which mixes them
# loses: unroll_test unroll_state_hidden unroll_ragged_hidden unroll_gradients_hidden
# %% unroll
def unroll(cell, x, h0, lengths):
    state, told = h0, []
    for t in range(x.shape[1]):
        real = (t < lengths)[:, None]
        state = torch.where(real, cell(x[:, t], state), state)
        told.append(torch.where(real, state, 0.0))
    return torch.stack(told).view(x.shape[0], x.shape[1], -1), state
