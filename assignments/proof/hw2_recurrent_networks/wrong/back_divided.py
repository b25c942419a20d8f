# misconception: all derivatives of the weights are divided by the batch
# loses: step_backward_test step_backward_weights_hidden
# %% step_backward
def elman_step_backward(d_h, x, h_prev, h, W_x, W_h):
    d_a = d_h * (1 - h**2)
    d_b = d_a / len(d_a)
    return d_a @ W_x, d_a @ W_h, d_b.T @ x, d_b.T @ h_prev, d_b.sum(dim=0)
