# misconception: d_hs is added to in place
# loses: bptt_test bptt_weights_hidden bptt_inputs_hidden bptt_time_hidden bptt_device_hidden
# %% bptt
def bptt(d_hs, x, h0, hs, W_x, W_h):
    before = torch.cat([h0[:, None], hs[:, :-1]], dim=1)
    grads = {"W_x": 0.0, "W_h": 0.0, "b_h": 0.0}
    d_x = []
    for t in reversed(range(x.shape[1])):
        parts = elman_step_backward(d_hs[:, t], x[:, t], before[:, t], hs[:, t], W_x, W_h)
        d_x.append(parts[0])
        if t > 0:
            d_hs[:, t - 1] += parts[1]
        for name, part in zip(grads, parts[2:], strict=True):
            grads[name] = grads[name] + part
    return grads | {"x": torch.stack(d_x[::-1], dim=1), "h0": parts[1]}
