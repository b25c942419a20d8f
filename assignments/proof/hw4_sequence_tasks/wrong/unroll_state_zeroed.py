# misconception: the state itself is set to 0 at padding
# loses: unroll_test unroll_ragged_hidden unroll_gradients_hidden
# %% unroll
def unroll(cell, x, h0, lengths):
    state, told = h0, []
    for t in range(x.shape[1]):
        state = cell(x[:, t], state) * (t < lengths)[:, None]
        told.append(state)
    return torch.stack(told, dim=1), state
