# misconception: hs holds the state before each word
# loses: unroll_test unroll_state_hidden unroll_ragged_hidden unroll_gradients_hidden
# %% unroll
def unroll(cell, x, h0, lengths):
    state, told = h0, []
    for t in range(x.shape[1]):
        real = (t < lengths)[:, None]
        told.append(torch.where(real, state, 0.0))
        state = torch.where(real, cell(x[:, t], state), state)
    return torch.stack(told, dim=1), state
