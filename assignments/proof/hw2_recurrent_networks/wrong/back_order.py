# misconception: d_W_h and d_W_x are returned in the other order
# loses: step_backward_test step_backward_weights_hidden
# %% step_backward
def elman_step_backward(d_h, x, h_prev, h, W_x, W_h):
    d_a = d_h * (1 - h**2)
    return d_a @ W_x, d_a @ W_h, d_a.T @ h_prev, d_a.T @ x, d_a.sum(dim=0)
