# misconception: ReLU' is taken at the derivative instead of at a
# loses: relu_backward_test relu_backward_hidden
# %% relu_backward
def relu_backward(d_h, a):
    return d_h * (d_h > 0)
