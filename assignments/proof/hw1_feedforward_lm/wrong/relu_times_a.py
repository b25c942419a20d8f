# misconception: the derivative is multiplied by relu(a) instead of by its slope
# loses: relu_backward_test relu_backward_hidden
# %% relu_backward
def relu_backward(d_h, a):
    return d_h * np.maximum(a, 0)
