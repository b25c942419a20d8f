# variant: h_prev + z (n - h_prev) by lerp, gates by slices
# %% gru
def gru_step(x, h_prev, W_x, W_h, b):
    H = h_prev.shape[1]
    gates = x @ W_x[: 2 * H].T + h_prev @ W_h[: 2 * H].T + b[: 2 * H]
    z, r = gates.sigmoid().split(H, dim=1)
    n = torch.tanh(x @ W_x[2 * H :].T + (r * h_prev) @ W_h[2 * H :].T + b[2 * H :])
    return torch.lerp(h_prev, n, z)
