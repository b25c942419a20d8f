# misconception: the old c is edited in place
# loses: lstm_test lstm_gradients_hidden lstm_arguments_hidden
# %% lstm
def lstm_step(x, state, W_x, W_h, b):
    h_prev, c = state
    i, f, g, o = (x @ W_x.T + h_prev @ W_h.T + b).chunk(4, dim=1)
    c *= f.sigmoid()
    c += i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c
