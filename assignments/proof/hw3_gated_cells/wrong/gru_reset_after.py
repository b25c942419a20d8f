# misconception: the reset gate acts after the product with W_h, as in PyTorch
# loses: gru_test gru_reset_hidden gru_gradients_hidden
# %% gru
def gru_step(x, h_prev, W_x, W_h, b):
    x_z, x_r, x_n = (x @ W_x.T + b).chunk(3, dim=1)
    h_z, h_r, h_n = (h_prev @ W_h.T).chunk(3, dim=1)
    z, r = torch.sigmoid(x_z + h_z), torch.sigmoid(x_r + h_r)
    n = torch.tanh(x_n + r * h_n)
    return (1 - z) * h_prev + z * n
