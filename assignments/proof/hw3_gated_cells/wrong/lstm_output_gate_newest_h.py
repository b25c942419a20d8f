# misconception: the output gate looks at an h that is already new
# loses: lstm_output_hidden lstm_gradients_hidden
# %% lstm
def lstm_step(x, state, W_x, W_h, b):
    h_prev, c_prev = state
    i, f, g, o = (x @ W_x.T + h_prev @ W_h.T + b).chunk(4, dim=1)
    c = f.sigmoid() * c_prev + i.sigmoid() * g.tanh()
    h = o.sigmoid() * c.tanh()
    H = h.shape[1]
    o = x @ W_x[3 * H :].T + h @ W_h[3 * H :].T + b[3 * H :]
    return o.sigmoid() * c.tanh(), c
