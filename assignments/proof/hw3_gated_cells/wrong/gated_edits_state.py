# misconception: the old state is multiplied in place
# loses: gated_test gated_gradients_hidden gated_arguments_hidden
# %% gated
def gated_elman_step(x, h_prev, W_x, b, W_fx, W_fh, b_f):
    f = torch.sigmoid(x @ W_fx.T + h_prev @ W_fh.T + b_f)
    h_prev *= f
    return h_prev + torch.tanh(x @ W_x.T + b)
