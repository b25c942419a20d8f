# misconception: the derivative passes the ReLU unchanged
# loses: relu_backward_test relu_backward_hidden
# %% relu_backward
def relu_backward(d_h, a):
    return d_h
