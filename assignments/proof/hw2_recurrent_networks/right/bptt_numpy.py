# variant: NumPy inside, and back
# %% bptt
def bptt(d_hs, x, h0, hs, W_x, W_h):
    device = x.device
    d_hs, x, h0, hs, W_x, W_h = (t.detach().cpu().numpy() for t in (d_hs, x, h0, hs, W_x, W_h))
    d_x, d_W_x, d_W_h, d_b_h = 0 * x, 0 * W_x, 0 * W_h, 0 * W_h[0]
    d_h = 0 * h0
    for t in range(x.shape[1])[::-1]:
        d_a = (d_hs[:, t] + d_h) * (1 - hs[:, t] ** 2)
        d_x[:, t], d_h = d_a @ W_x, d_a @ W_h
        d_W_x += d_a.T @ x[:, t]
        d_W_h += d_a.T @ (hs[:, t - 1] if t else h0)
        d_b_h += d_a.sum(0)
    grads = {"x": d_x, "h0": d_h, "W_x": d_W_x, "W_h": d_W_h, "b_h": d_b_h}
    return {name: torch.from_numpy(value).to(device) for name, value in grads.items()}
