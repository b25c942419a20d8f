# variant: each row alone, as long as it is, then put together
# %% unroll
def unroll(cell, x, h0, lengths):
    hs, lasts = x.new_zeros(*x.shape[:2], h0.shape[1]), []
    for b, n in enumerate(lengths.tolist()):
        state = h0[b : b + 1]
        for t in range(n):
            state = cell(x[b : b + 1, t], state)
            hs[b, t] = state[0]
        lasts.append(state)
    return hs, torch.cat(lasts)
