# misconception: what goes into the gates is clamped, and the gradient of large sums lost or changed
# loses: lstm_test lstm_memory_hidden lstm_output_hidden lstm_extremes_hidden lstm_gradients_hidden
# %% lstm
def lstm_step(x, state, W_x, W_h, b):
    h_prev, c_prev = state
    a = (x @ W_x.T + h_prev @ W_h.T + b).clamp(-5, 5)
    i, f, g, o = a.chunk(4, dim=1)
    c = f.sigmoid() * c_prev + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c
