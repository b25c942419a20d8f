# variant: a loop over the batch, matrix on the left
# %% elman_step
def elman_step(x, h_prev, W_x, W_h, b_h):
    rows = [torch.tanh(W_x @ x_b + W_h @ h_b + b_h) for x_b, h_b in zip(x, h_prev, strict=True)]
    return torch.stack(rows)
