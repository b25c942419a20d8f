# misconception: PyTorch's own cell, by its operator's name
# loses: step_test step_values_hidden step_gradients_hidden step_device_hidden
# %% elman_step
def elman_step(x, h_prev, W_x, W_h, b_h):
    cell = getattr(torch.ops.aten, "rnn_" + "tanh_cell")
    return cell(x, h_prev, W_x, W_h, b_h, torch.zeros_like(b_h))
