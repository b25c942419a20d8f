# misconception: the new state is written into the old one
# loses: step_test step_values_hidden step_gradients_hidden step_device_hidden
# %% elman_step
def elman_step(x, h_prev, W_x, W_h, b_h):
    h_prev.copy_(torch.tanh(x @ W_x.T + h_prev @ W_h.T + b_h))
    return h_prev
