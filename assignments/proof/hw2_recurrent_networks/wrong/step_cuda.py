# misconception: `.cuda()` is written into the code
# loses: step_device_hidden
# %% elman_step
def elman_step(x, h_prev, W_x, W_h, b_h):
    if torch.cuda.is_available():
        x, h_prev, W_x, W_h, b_h = (t.cuda() for t in (x, h_prev, W_x, W_h, b_h))
    return torch.tanh(x @ W_x.T + h_prev @ W_h.T + b_h)
