# misconception: an nn.RNNCell that gets the weights
# loses: step_test step_values_hidden step_gradients_hidden step_device_hidden
# %% elman_step
def elman_step(x, h_prev, W_x, W_h, b_h):
    cell = nn.RNNCell(W_x.shape[1], W_x.shape[0], device=x.device, dtype=x.dtype)
    weights = {"weight_ih": W_x, "weight_hh": W_h, "bias_ih": b_h, "bias_hh": 0 * b_h}
    return torch.func.functional_call(cell, weights, (x, h_prev))
