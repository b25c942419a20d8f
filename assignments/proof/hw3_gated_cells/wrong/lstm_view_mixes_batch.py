# misconception: `view` puts the gates in front and mixes them with the batch
# loses: lstm_memory_hidden lstm_output_hidden lstm_extremes_hidden lstm_gradients_hidden
# %% lstm
def lstm_step(x, state, W_x, W_h, b):
    h_prev, c_prev = state
    a = x @ W_x.T + h_prev @ W_h.T + b
    i, f, g, o = a.reshape(4, len(x), -1)
    c = f.sigmoid() * c_prev + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c
