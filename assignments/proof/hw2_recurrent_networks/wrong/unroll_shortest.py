# misconception: all sentences are cut at the length of the first one
# loses: unroll_keep_hidden unroll_gradients_hidden
# %% unroll
def unroll(x, h0, W_x, W_h, b_h, keep=None):
    T = x.shape[1]
    stop = T if keep is None else int(keep[0].sum())
    h, hs = h0, []
    for t in range(T):
        if t < stop:
            new = elman_step(x[:, t], h, W_x, W_h, b_h)
            h = new if keep is None else torch.where(keep[:, t, None], new, h)
        hs.append(h)
    return torch.stack(hs, dim=1), h
