# misconception: d_h is multiplied in place
# loses: step_backward_test step_backward_inputs_hidden step_backward_weights_hidden step_backward_device_hidden
# %% step_backward
def elman_step_backward(d_h, x, h_prev, h, W_x, W_h):
    d_h *= 1 - h**2
    return d_h @ W_x, d_h @ W_h, d_h.T @ x, d_h.T @ h_prev, d_h.sum(dim=0)
