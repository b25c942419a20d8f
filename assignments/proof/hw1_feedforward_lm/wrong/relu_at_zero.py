# misconception: the slope at exactly 0 is taken as 1
# loses: relu_backward_hidden
# %% relu_backward
def relu_backward(d_h, a):
    return d_h * (a >= 0)
