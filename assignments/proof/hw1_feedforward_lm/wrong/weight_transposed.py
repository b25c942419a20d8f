# misconception: the gradient of W is transposed
# loses: linear_backward_test linear_backward_hidden
# %% linear_backward
def linear_backward(d_out, x, W):
    return d_out @ W, x.T @ d_out, d_out.sum(axis=0)
