# misconception: rows are sorted by length and stay sorted
# loses: unroll_ragged_hidden unroll_gradients_hidden
# %% unroll
def unroll(cell, x, h0, lengths):
    lengths, order = lengths.sort(descending=True)
    x, state, told = x[order], h0[order], []
    for t in range(x.shape[1]):
        real = (t < lengths)[:, None]
        state = torch.where(real, cell(x[:, t], state), state)
        told.append(torch.where(real, state, 0.0))
    return torch.stack(told, dim=1), state
