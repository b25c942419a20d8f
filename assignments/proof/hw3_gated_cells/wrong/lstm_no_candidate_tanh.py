# misconception: g has no tanh
# loses: lstm_test lstm_memory_hidden lstm_extremes_hidden lstm_gradients_hidden
# %% lstm
def lstm_step(x, state, W_x, W_h, b):
    h_prev, c_prev = state
    i, f, g, o = (x @ W_x.T + h_prev @ W_h.T + b).chunk(4, dim=1)
    c = f.sigmoid() * c_prev + i.sigmoid() * g
    return o.sigmoid() * c.tanh(), c
