# misconception: z keeps, as in PyTorch, though the task says that z = 1 overwrites
# loses: after_test after_values_hidden after_biases_hidden after_gradients_hidden
# %% after
def gru_step_reset_after(x, h_prev, W_x, W_h, b_x, b_h):
    x_z, x_r, x_n = (x @ W_x.T + b_x).chunk(3, dim=1)
    h_z, h_r, h_n = (h_prev @ W_h.T + b_h).chunk(3, dim=1)
    z, r = torch.sigmoid(x_z + h_z), torch.sigmoid(x_r + h_r)
    n = torch.tanh(x_n + r * h_n)
    return (1 - z) * n + z * h_prev
