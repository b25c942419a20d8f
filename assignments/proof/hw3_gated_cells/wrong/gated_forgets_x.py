# misconception: the gate looks at the old state alone
# loses: gated_values_hidden gated_gradients_hidden
# %% gated
def gated_elman_step(x, h_prev, W_x, b, W_fx, W_fh, b_f):
    f = torch.sigmoid(h_prev @ W_fh.T + b_f)
    return h_prev * f + torch.tanh(x @ W_x.T + b)
