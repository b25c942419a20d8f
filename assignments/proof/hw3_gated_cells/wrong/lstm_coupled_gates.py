# misconception: the input gate is 1 - f, as in a GRU
# loses: lstm_memory_hidden lstm_extremes_hidden lstm_gradients_hidden
# %% lstm
def lstm_step(x, state, W_x, W_h, b):
    h_prev, c_prev = state
    _, f, g, o = (x @ W_x.T + h_prev @ W_h.T + b).chunk(4, dim=1)
    f = f.sigmoid()
    c = f * c_prev + (1 - f) * g.tanh()
    return o.sigmoid() * c.tanh(), c
