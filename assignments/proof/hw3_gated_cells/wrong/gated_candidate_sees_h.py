# misconception: what is added sees the old state too, through the gate's matrix
# loses: gated_values_hidden gated_gradients_hidden
# %% gated
def gated_elman_step(x, h_prev, W_x, b, W_fx, W_fh, b_f):
    past = h_prev @ W_fh.T
    f = torch.sigmoid(x @ W_fx.T + past + b_f)
    return h_prev * f + torch.tanh(x @ W_x.T + past + b)
