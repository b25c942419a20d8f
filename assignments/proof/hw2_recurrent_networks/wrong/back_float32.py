# misconception: through float32, by way of `.float()`
# loses: step_backward_device_hidden
# %% step_backward
def elman_step_backward(d_h, x, h_prev, h, W_x, W_h):
    d_h, x, h_prev, h, W_x, W_h = (t.float() for t in (d_h, x, h_prev, h, W_x, W_h))
    d_a = d_h * (1 - h**2)
    return d_a @ W_x, d_a @ W_h, d_a.T @ x, d_a.T @ h_prev, d_a.sum(dim=0)
