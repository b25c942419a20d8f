# misconception: the derivative of W_h is transposed
# loses: step_backward_weights_hidden
# %% step_backward
def elman_step_backward(d_h, x, h_prev, h, W_x, W_h):
    d_a = d_h * (1 - h**2)
    return d_a @ W_x, d_a @ W_h, d_a.T @ x, h_prev.T @ d_a, d_a.sum(dim=0)
