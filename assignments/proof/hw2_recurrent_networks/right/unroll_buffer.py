# variant: the states are written into one tensor made beforehand
# %% unroll
def unroll(x, h0, W_x, W_h, b_h, keep=None):
    B, T, _ = x.shape
    hs, h = x.new_zeros(B, T, h0.shape[1]), h0
    for t in range(T):
        new = elman_step(x[:, t], h, W_x, W_h, b_h)
        h = new if keep is None else torch.where(keep[:, t].unsqueeze(1), new, h)
        hs[:, t] = h
    return hs, h
