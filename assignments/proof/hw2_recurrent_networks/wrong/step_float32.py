# misconception: everything is converted to float32
# loses: step_device_hidden
# %% elman_step
def elman_step(x, h_prev, W_x, W_h, b_h):
    a = x.float() @ W_x.float().T + h_prev.float() @ W_h.float().T + b_h.float()
    return torch.tanh(a)
