# misconception: h_prev @ W where W is stored as (out, in): the square blocks act transposed
# loses: gru_update_hidden gru_reset_hidden gru_gradients_hidden
# %% gru
def gru_step(x, h_prev, W_x, W_h, b):
    W_z, W_r, W_n = W_h.chunk(3)
    x_z, x_r, x_n = (x @ W_x.T + b).chunk(3, dim=1)
    z = torch.sigmoid(x_z + h_prev @ W_z)
    r = torch.sigmoid(x_r + h_prev @ W_r)
    n = torch.tanh(x_n + (r * h_prev) @ W_n)
    return (1 - z) * h_prev + z * n
