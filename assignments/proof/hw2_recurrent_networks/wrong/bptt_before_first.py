# misconception: the state before step 1 is `hs[:, -1]`: an index of -1 raises nothing
# loses: bptt_weights_hidden
# %% bptt
def bptt(d_hs, x, h0, hs, W_x, W_h):
    grads = {"W_x": 0.0, "W_h": 0.0, "b_h": 0.0}
    d_next, d_x = torch.zeros_like(h0), []
    for t in reversed(range(x.shape[1])):
        parts = elman_step_backward(d_hs[:, t] + d_next, x[:, t], hs[:, t - 1], hs[:, t], W_x, W_h)
        d_x.append(parts[0])
        d_next = parts[1]
        for name, part in zip(grads, parts[2:], strict=True):
            grads[name] = grads[name] + part
    return grads | {"x": torch.stack(d_x[::-1], dim=1), "h0": d_next}
