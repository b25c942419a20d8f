# misconception: tanh around each part instead of around the sum
# loses: step_test step_values_hidden step_gradients_hidden
# %% elman_step
def elman_step(x, h_prev, W_x, W_h, b_h):
    return torch.tanh(x @ W_x.T) + torch.tanh(h_prev @ W_h.T + b_h)
