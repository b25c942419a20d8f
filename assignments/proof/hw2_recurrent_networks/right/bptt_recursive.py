# variant: recursion instead of a loop
# %% bptt
def bptt(d_hs, x, h0, hs, W_x, W_h):
    def back(t, d_next, sums, d_x):
        if t < 0:
            return sums, d_x, d_next
        h_prev = h0 if t == 0 else hs[:, t - 1]
        parts = elman_step_backward(d_hs[:, t] + d_next, x[:, t], h_prev, hs[:, t], W_x, W_h)
        sums = [a + b for a, b in zip(sums, parts[2:], strict=True)]
        return back(t - 1, parts[1], sums, [parts[0], *d_x])

    sums, d_x, d_h0 = back(x.shape[1] - 1, 0 * h0, [0 * W_x, 0 * W_h, 0 * W_h[0]], [])
    grads = dict(zip(["W_x", "W_h", "b_h"], sums, strict=True))
    return {**grads, "x": torch.stack(d_x, dim=1), "h0": d_h0}
