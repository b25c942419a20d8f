# misconception: only the last row of the batch reaches W
# loses: linear_backward_test linear_backward_hidden
# %% linear_backward
def linear_backward(d_out, x, W):
    return d_out @ W, np.outer(d_out[-1], x[-1]), d_out.sum(axis=0)
