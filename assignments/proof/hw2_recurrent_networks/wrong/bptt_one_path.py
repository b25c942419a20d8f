# misconception: inside the sequence only the path through the next state counts
# loses: bptt_test bptt_weights_hidden bptt_inputs_hidden bptt_time_hidden
# %% bptt
def bptt(d_hs, x, h0, hs, W_x, W_h):
    before = torch.cat([h0[:, None], hs[:, :-1]], dim=1)
    grads = {"W_x": 0.0, "W_h": 0.0, "b_h": 0.0}
    d_h, d_x = d_hs[:, -1], []
    for t in reversed(range(x.shape[1])):
        parts = elman_step_backward(d_h, x[:, t], before[:, t], hs[:, t], W_x, W_h)
        d_x.append(parts[0])
        d_h = parts[1]
        for name, part in zip(grads, parts[2:], strict=True):
            grads[name] = grads[name] + part
    return grads | {"x": torch.stack(d_x[::-1], dim=1), "h0": d_h}
