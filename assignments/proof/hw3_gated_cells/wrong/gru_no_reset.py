# misconception: the reset gate is computed and never used
# loses: gru_test gru_reset_hidden gru_gradients_hidden
# %% gru
def gru_step(x, h_prev, W_x, W_h, b):
    W_z, _, W_n = W_h.chunk(3)
    x_z, _, x_n = (x @ W_x.T + b).chunk(3, dim=1)
    z = torch.sigmoid(x_z + h_prev @ W_z.T)
    n = torch.tanh(x_n + h_prev @ W_n.T)
    return (1 - z) * h_prev + z * n
