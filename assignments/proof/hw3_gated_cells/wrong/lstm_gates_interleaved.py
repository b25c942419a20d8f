# misconception: the rows of the four gates are read in turns: i, f, g, o, i, f, g, o
# loses: lstm_test lstm_memory_hidden lstm_output_hidden lstm_extremes_hidden lstm_gradients_hidden
# %% lstm
def lstm_step(x, state, W_x, W_h, b):
    h_prev, c_prev = state
    a = x @ W_x.T + h_prev @ W_h.T + b
    i, f, g, o = a.reshape(len(x), -1, 4).unbind(dim=2)
    c = f.sigmoid() * c_prev + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c
