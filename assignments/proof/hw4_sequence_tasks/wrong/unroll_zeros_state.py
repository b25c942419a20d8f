# misconception: the state before the first word is always 0
# loses: unroll_test unroll_state_hidden unroll_ragged_hidden unroll_gradients_hidden
# %% unroll
def unroll(cell, x, h0, lengths):
    state, told = torch.zeros_like(h0), []
    for t in range(x.shape[1]):
        real = (t < lengths)[:, None]
        state = torch.where(real, cell(x[:, t], state), state)
        told.append(state * real)
    return torch.stack(told, dim=1), state
