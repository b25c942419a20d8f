# misconception: W is transposed on the way back to x
# loses: linear_backward_test linear_backward_hidden
# %% linear_backward
def linear_backward(d_out, x, W):
    return d_out @ W.T, d_out.T @ x, d_out.sum(axis=0)
