# misconception: hs holds the last state at padding, as in homework 3
# loses: unroll_test unroll_ragged_hidden
# %% unroll
def unroll(cell, x, h0, lengths):
    state, told = h0, []
    for t in range(x.shape[1]):
        state = torch.where((t < lengths)[:, None], cell(x[:, t], state), state)
        told.append(state)
    return torch.stack(told, dim=1), state
