# misconception: the new state is filled into a tensor on the CPU
# loses: gated_arguments_hidden
# %% gated
def gated_elman_step(x, h_prev, W_x, b, W_fx, W_fh, b_f):
    h = torch.zeros(h_prev.shape, dtype=h_prev.dtype)
    for row in range(len(x)):
        f = torch.sigmoid(W_fx @ x[row] + W_fh @ h_prev[row] + b_f)
        h[row] = h_prev[row] * f + torch.tanh(W_x @ x[row] + b)
    return h
