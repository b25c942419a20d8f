# misconception: a sigmoid made of exp, whose derivative is inf / inf where it saturates
# loses: lstm_extremes_hidden
# %% lstm
def lstm_step(x, state, W_x, W_h, b):
    h_prev, c_prev = state
    i, f, g, o = (x @ W_x.T + h_prev @ W_h.T + b).chunk(4, dim=1)
    i, f, o = (1 / (1 + torch.exp(-a)) for a in (i, f, o))
    c = f * c_prev + i * g.tanh()
    return o * c.tanh(), c
