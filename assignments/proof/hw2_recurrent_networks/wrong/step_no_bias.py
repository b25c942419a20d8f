# misconception: the bias is missing
# loses: step_test step_values_hidden step_gradients_hidden
# %% elman_step
def elman_step(x, h_prev, W_x, W_h, b_h):
    return torch.tanh(x @ W_x.T + h_prev @ W_h.T)
