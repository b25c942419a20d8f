# misconception: the gate's bias is missing
# loses: gated_test gated_values_hidden gated_gradients_hidden
# %% gated
def gated_elman_step(x, h_prev, W_x, b, W_fx, W_fh, b_f):
    f = torch.sigmoid(x @ W_fx.T + h_prev @ W_fh.T)
    return h_prev * f + torch.tanh(x @ W_x.T + b)
