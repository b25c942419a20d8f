# misconception: the old h has no say
# loses: lstm_memory_hidden lstm_output_hidden lstm_gradients_hidden
# %% lstm
def lstm_step(x, state, W_x, W_h, b):
    _, c_prev = state
    i, f, g, o = (x @ W_x.T + b).chunk(4, dim=1)
    c = f.sigmoid() * c_prev + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c
