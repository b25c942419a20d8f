# variant: each row alone, in two loops of its own
# %% both
def bidirectional(left_cell, right_cell, x, h0, lengths):
    H = h0[0].shape[1]
    hs, lasts = x.new_zeros(*x.shape[:2], 2 * H), []
    for b, n in enumerate(lengths.tolist()):
        left, right = h0[0][b : b + 1], h0[1][b : b + 1]
        for t in range(n):
            left = left_cell(x[b : b + 1, t], left)
            hs[b, t, :H] = left[0]
        for t in reversed(range(n)):
            right = right_cell(x[b : b + 1, t], right)
            hs[b, t, H:] = right[0]
        lasts.append(torch.cat([left, right], dim=1))
    return hs, torch.cat(lasts)
