# misconception: the walk back stops after three steps
# loses: bptt_weights_hidden bptt_inputs_hidden bptt_time_hidden
# %% bptt
def bptt(d_hs, x, h0, hs, W_x, W_h):
    before = torch.cat([h0[:, None], hs[:, :-1]], dim=1)
    grads = {"W_x": 0.0, "W_h": 0.0, "b_h": 0.0}
    d_next, d_x = torch.zeros_like(h0), torch.zeros_like(x)
    T = x.shape[1]
    for t in reversed(range(max(T - 3, 0), T)):
        parts = elman_step_backward(d_hs[:, t] + d_next, x[:, t], before[:, t], hs[:, t], W_x, W_h)
        d_x[:, t] = parts[0]
        d_next = parts[1]
        for name, part in zip(grads, parts[2:], strict=True):
            grads[name] = grads[name] + part
    return grads | {"x": d_x, "h0": d_next}
