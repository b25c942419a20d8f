# variant: from the right without any reversal: the state waits at its start until words come
# %% both
def bidirectional(left_cell, right_cell, x, h0, lengths):
    hs_left, left = unroll(left_cell, x, h0[0], lengths)
    right, told = h0[1], []
    for t in range(x.shape[1] - 1, -1, -1):
        real = (t < lengths)[:, None]
        right = torch.where(real, right_cell(x[:, t], right), right)
        told.insert(0, torch.where(real, right, 0.0))
    return torch.cat([hs_left, torch.stack(told, 1)], -1), torch.cat([left, right], -1)
