# misconception: the gate is open where a is negative
# loses: relu_backward_test relu_backward_hidden
# %% relu_backward
def relu_backward(d_h, a):
    return d_h * (a < 0)
