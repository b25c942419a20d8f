# misconception: hs is as long as the longest row, not as wide as the batch
# loses: unroll_ragged_hidden
# %% unroll
def unroll(cell, x, h0, lengths):
    state, told = h0, []
    for t in range(int(lengths.max())):
        real = (t < lengths)[:, None]
        state = torch.where(real, cell(x[:, t], state), state)
        told.append(torch.where(real, state, 0.0))
    return torch.stack(told, dim=1), state
