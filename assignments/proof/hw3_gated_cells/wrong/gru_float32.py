# misconception: the gates are made in float32
# loses: gru_arguments_hidden
# %% gru
def gru_step(x, h_prev, W_x, W_h, b):
    W_z, W_r, W_n = W_h.float().chunk(3)
    x, h_prev = x.float(), h_prev.float()
    x_z, x_r, x_n = (x @ W_x.float().T + b.float()).chunk(3, dim=1)
    z = torch.sigmoid(x_z + h_prev @ W_z.T)
    r = torch.sigmoid(x_r + h_prev @ W_r.T)
    n = torch.tanh(x_n + (r * h_prev) @ W_n.T)
    return (1 - z) * h_prev + z * n
