# variant: sentence by sentence, each as long as it is
# %% unroll
def unroll(x, h0, W_x, W_h, b_h, keep=None):
    B, T, _ = x.shape
    lengths = [T] * B if keep is None else keep.sum(dim=1).tolist()
    rows = []
    for b in range(B):
        h, row = h0[b : b + 1], []
        for t in range(T):
            h = elman_step(x[b : b + 1, t], h, W_x, W_h, b_h) if t < lengths[b] else h
            row.append(h)
        rows.append(torch.cat(row))
    hs = torch.stack(rows)
    return hs, hs[:, -1]
