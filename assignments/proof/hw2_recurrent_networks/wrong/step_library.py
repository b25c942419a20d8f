# misconception: PyTorch's own cell function
# loses: step_test step_values_hidden step_gradients_hidden step_device_hidden
# %% elman_step
def elman_step(x, h_prev, W_x, W_h, b_h):
    return torch.rnn_tanh_cell(x, h_prev, W_x, W_h, b_h, torch.zeros_like(b_h))
