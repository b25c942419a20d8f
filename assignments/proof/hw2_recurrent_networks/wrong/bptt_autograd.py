# misconception: autograd replays the steps
# loses: bptt_test bptt_weights_hidden bptt_inputs_hidden bptt_time_hidden bptt_device_hidden
# %% bptt
def bptt(d_hs, x, h0, hs, W_x, W_h):
    before = torch.cat([h0[:, None], hs[:, :-1]], dim=1)
    b_h = torch.atanh(hs) - x @ W_x.T - before @ W_h.T
    leaves = [t.detach().clone().requires_grad_() for t in (W_x, W_h, b_h, x, h0)]
    W_x, W_h, b_h, x, h = leaves
    states = []
    for t in range(x.shape[1]):
        h = torch.tanh(x[:, t] @ W_x.T + h @ W_h.T + b_h[:, t])
        states.append(h)
    torch.stack(states, dim=1).backward(d_hs)
    grads = dict(zip(["W_x", "W_h", "b_h", "x", "h0"], [t.grad for t in leaves], strict=True))
    return grads | {"b_h": grads["b_h"].sum(dim=(0, 1))}
