# misconception: the derivative of tanh
# loses: relu_backward_test relu_backward_hidden
# %% relu_backward
def relu_backward(d_h, a):
    return d_h * (1 - np.tanh(a) ** 2)
