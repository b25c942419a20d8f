# misconception: the old h is detached: only the cell carries a gradient
# loses: lstm_gradients_hidden
# %% lstm
def lstm_step(x, state, W_x, W_h, b):
    h_prev, c_prev = state
    i, f, g, o = (x @ W_x.T + h_prev.detach() @ W_h.T + b).chunk(4, dim=1)
    c = f.sigmoid() * c_prev + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c
