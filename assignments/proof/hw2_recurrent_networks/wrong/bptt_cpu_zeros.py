# misconception: the derivatives are collected in tensors made on the CPU
# loses: bptt_device_hidden
# %% bptt
def bptt(d_hs, x, h0, hs, W_x, W_h):
    before = torch.cat([h0[:, None], hs[:, :-1]], dim=1)
    names, like = ["W_x", "W_h", "b_h"], [W_x, W_h, W_h[0]]
    grads = {n: torch.zeros(w.shape, dtype=w.dtype) for n, w in zip(names, like, strict=True)}
    d_next, d_x = torch.zeros_like(h0), []
    for t in reversed(range(x.shape[1])):
        parts = elman_step_backward(d_hs[:, t] + d_next, x[:, t], before[:, t], hs[:, t], W_x, W_h)
        d_x.append(parts[0])
        d_next = parts[1]
        for name, part in zip(grads, parts[2:], strict=True):
            grads[name] += part
    return grads | {"x": torch.stack(d_x[::-1], dim=1), "h0": d_next}
