# misconception: the slope is taken as 1 - h
# loses: step_backward_test step_backward_inputs_hidden step_backward_weights_hidden
# %% step_backward
def elman_step_backward(d_h, x, h_prev, h, W_x, W_h):
    d_a = d_h * (1 - h)
    return d_a @ W_x, d_a @ W_h, d_a.T @ x, d_a.T @ h_prev, d_a.sum(dim=0)
