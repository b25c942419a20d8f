# misconception: the states are collected in a tensor made on the CPU
# loses: unroll_device_hidden
# %% unroll
def unroll(x, h0, W_x, W_h, b_h, keep=None):
    B, T, _ = x.shape
    h, hs = h0, torch.zeros(B, T, h0.shape[1], dtype=x.dtype)
    for t in range(T):
        new = elman_step(x[:, t], h, W_x, W_h, b_h)
        h = new if keep is None else torch.where(keep[:, t, None], new, h)
        hs[:, t] = h
    return hs, h
