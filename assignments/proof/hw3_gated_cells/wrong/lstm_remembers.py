# misconception: the cell is kept between calls and the given one ignored from the second call on
# loses: lstm_memory_hidden lstm_extremes_hidden lstm_arguments_hidden
# %% lstm
memory = {}


def lstm_step(x, state, W_x, W_h, b):
    h_prev, c_prev = state
    c_prev = memory.get(c_prev.shape, c_prev)
    i, f, g, o = (x @ W_x.T + h_prev @ W_h.T + b).chunk(4, dim=1)
    c = f.sigmoid() * c_prev + i.sigmoid() * g.tanh()
    memory[c.shape] = c.detach()
    return o.sigmoid() * c.tanh(), c
