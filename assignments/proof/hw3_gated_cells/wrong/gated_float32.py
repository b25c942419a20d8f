# misconception: everything is converted to float32
# loses: gated_arguments_hidden
# %% gated
def gated_elman_step(x, h_prev, W_x, b, W_fx, W_fh, b_f):
    x, h_prev, W_x, b, W_fx, W_fh, b_f = (
        value.float() for value in (x, h_prev, W_x, b, W_fx, W_fh, b_f)
    )
    f = torch.sigmoid(x @ W_fx.T + h_prev @ W_fh.T + b_f)
    return h_prev * f + torch.tanh(x @ W_x.T + b)
