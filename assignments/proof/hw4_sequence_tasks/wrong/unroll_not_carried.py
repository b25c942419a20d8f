# misconception: every step starts from the initial state
# loses: unroll_test unroll_state_hidden unroll_ragged_hidden unroll_gradients_hidden
# %% unroll
def unroll(cell, x, h0, lengths):
    state, told = h0, []
    for t in range(x.shape[1]):
        real = (t < lengths)[:, None]
        new = cell(x[:, t], h0)
        state = torch.where(real, new, state)
        told.append(torch.where(real, new, 0.0))
    return torch.stack(told, dim=1), state
