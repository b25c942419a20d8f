# misconception: no derivative at all: a loop over what is returned finds nothing wrong
# loses: step_backward_test step_backward_inputs_hidden step_backward_weights_hidden step_backward_device_hidden
# %% step_backward
def elman_step_backward(d_h, x, h_prev, h, W_x, W_h):
    return ()
