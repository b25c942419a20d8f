# misconception: one step of padding is read as a word
# loses: unroll_test unroll_ragged_hidden unroll_gradients_hidden
# %% unroll
def unroll(cell, x, h0, lengths):
    state, told = h0, []
    for t in range(x.shape[1]):
        real = (t <= lengths)[:, None]
        state = torch.where(real, cell(x[:, t], state), state)
        told.append(torch.where(real, state, 0.0))
    return torch.stack(told, dim=1), state
