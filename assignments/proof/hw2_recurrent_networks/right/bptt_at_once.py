# variant: all da first, then each weight's derivative in one product
# %% bptt
def bptt(d_hs, x, h0, hs, W_x, W_h):
    T = x.shape[1]
    d_as, d_next = [None] * T, 0.0
    for t in range(T - 1, -1, -1):
        d_as[t] = (d_hs[:, t] + d_next) * (1 - hs[:, t] ** 2)
        d_next = d_as[t] @ W_h
    d_a = torch.stack(d_as, dim=1)
    before = torch.cat([h0.unsqueeze(1), hs[:, :-1]], dim=1)
    return {
        "x": d_a @ W_x,
        "h0": d_next,
        "W_x": torch.einsum("bth,btd->hd", d_a, x),
        "W_h": torch.einsum("bth,btk->hk", d_a, before),
        "b_h": d_a.sum(dim=(0, 1)),
    }
