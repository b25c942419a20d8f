# misconception: the derivative of W_h uses the new state instead of the previous one
# loses: step_backward_weights_hidden
# %% step_backward
def elman_step_backward(d_h, x, h_prev, h, W_x, W_h):
    d_a = d_h * (1 - h**2)
    return d_a @ W_x, d_a @ W_h, d_a.T @ x, d_a.T @ h, d_a.sum(dim=0)
