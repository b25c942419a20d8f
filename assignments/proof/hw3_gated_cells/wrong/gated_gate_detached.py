# misconception: the gate is detached: the state learns, the gate does not
# loses: gated_gradients_hidden
# %% gated
def gated_elman_step(x, h_prev, W_x, b, W_fx, W_fh, b_f):
    f = torch.sigmoid(x @ W_fx.T + h_prev @ W_fh.T + b_f)
    return h_prev * f.detach() + torch.tanh(x @ W_x.T + b)
