# misconception: the gradient of W is divided by the batch a second time
# loses: linear_backward_test linear_backward_hidden
# %% linear_backward
def linear_backward(d_out, x, W):
    return d_out @ W, d_out.T @ x / len(x), d_out.sum(axis=0)
