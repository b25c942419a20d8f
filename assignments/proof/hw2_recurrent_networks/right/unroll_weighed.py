# variant: the mask as a number that weighs new against old
# %% unroll
def unroll(x, h0, W_x, W_h, b_h, keep=None):
    keep = torch.ones_like(x[:, :, 0]) if keep is None else keep.to(x.dtype)
    h, hs = h0, []
    for t in range(x.shape[1]):
        m = keep[:, t : t + 1]
        h = m * elman_step(x[:, t], h, W_x, W_h, b_h) + (1 - m) * h
        hs.append(h[:, None])
    return torch.cat(hs, dim=1), h
