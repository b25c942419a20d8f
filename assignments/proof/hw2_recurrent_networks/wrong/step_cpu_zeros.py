# misconception: the sum starts from zeros that are made on the CPU
# loses: step_device_hidden
# %% elman_step
def elman_step(x, h_prev, W_x, W_h, b_h):
    a = torch.zeros(len(x), len(b_h), dtype=x.dtype)
    a = a + x @ W_x.T
    a = a + h_prev @ W_h.T
    return torch.tanh(a + b_h)
