# misconception: the candidate is taken from the first rows
# loses: gru_test gru_update_hidden gru_reset_hidden gru_gradients_hidden
# %% gru
def gru_step(x, h_prev, W_x, W_h, b):
    W_n, W_z, W_r = W_h.chunk(3)
    x_n, x_z, x_r = (x @ W_x.T + b).chunk(3, dim=1)
    z = torch.sigmoid(x_z + h_prev @ W_z.T)
    r = torch.sigmoid(x_r + h_prev @ W_r.T)
    n = torch.tanh(x_n + (r * h_prev) @ W_n.T)
    return (1 - z) * h_prev + z * n
