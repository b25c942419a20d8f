# misconception: the reset gate still acts before the product
# loses: after_test after_values_hidden after_biases_hidden after_gradients_hidden
# %% after
def gru_step_reset_after(x, h_prev, W_x, W_h, b_x, b_h):
    W_z, W_r, W_n = W_h.chunk(3)
    b_hz, b_hr, b_hn = b_h.chunk(3)
    x_z, x_r, x_n = (x @ W_x.T + b_x).chunk(3, dim=1)
    z = torch.sigmoid(x_z + h_prev @ W_z.T + b_hz)
    r = torch.sigmoid(x_r + h_prev @ W_r.T + b_hr)
    n = torch.tanh(x_n + (r * h_prev) @ W_n.T + b_hn)
    return (1 - z) * h_prev + z * n
