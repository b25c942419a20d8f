# misconception: the derivative of a shared weight is overwritten at each step
# loses: bptt_test bptt_weights_hidden
# %% bptt
def bptt(d_hs, x, h0, hs, W_x, W_h):
    before = torch.cat([h0[:, None], hs[:, :-1]], dim=1)
    d_next, d_x = torch.zeros_like(h0), []
    for t in reversed(range(x.shape[1])):
        parts = elman_step_backward(d_hs[:, t] + d_next, x[:, t], before[:, t], hs[:, t], W_x, W_h)
        d_x.append(parts[0])
        d_next = parts[1]
        grads = dict(zip(["W_x", "W_h", "b_h"], parts[2:], strict=True))
    return grads | {"x": torch.stack(d_x[::-1], dim=1), "h0": d_next}
