# misconception: a tanh made of exp, which is inf / inf where it saturates
# loses: lstm_extremes_hidden
# %% lstm
def lstm_step(x, state, W_x, W_h, b):
    h_prev, c_prev = state
    i, f, g, o = (x @ W_x.T + h_prev @ W_h.T + b).chunk(4, dim=1)
    g = (g.exp() - (-g).exp()) / (g.exp() + (-g).exp())
    c = f.sigmoid() * c_prev + i.sigmoid() * g
    return o.sigmoid() * c.tanh(), c
