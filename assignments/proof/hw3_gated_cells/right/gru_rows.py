# variant: example by example, gate by gate
# %% gru
def gru_step(x, h_prev, W_x, W_h, b):
    H, rows = h_prev.shape[1], []
    for x_b, h_b in zip(x, h_prev, strict=True):
        z = torch.sigmoid(W_x[:H] @ x_b + W_h[:H] @ h_b + b[:H])
        r = torch.sigmoid(W_x[H : 2 * H] @ x_b + W_h[H : 2 * H] @ h_b + b[H : 2 * H])
        n = torch.tanh(W_x[2 * H :] @ x_b + W_h[2 * H :] @ (r * h_b) + b[2 * H :])
        rows.append((1 - z) * h_b + z * n)
    return torch.stack(rows)
