# variant: tanh(a) = 2 sigmoid(2 a) - 1
# %% elman_step
def elman_step(x, h_prev, W_x, W_h, b_h):
    a = torch.addmm(b_h, x, W_x.T).addmm(h_prev, W_h.T)
    return 2 * torch.sigmoid(2 * a) - 1
