# variant: input and state side by side, one matrix for both
# %% elman_step
def elman_step(x, h_prev, W_x, W_h, b_h):
    both = torch.cat([x, h_prev], dim=1)
    return torch.tanh(both @ torch.cat([W_x, W_h], dim=1).T + b_h)
