# variant: the sigmoid made of tanh, which saturates well
# %% lstm
def lstm_step(x, state, W_x, W_h, b):
    h_prev, c_prev = state
    i, f, g, o = (x @ W_x.T + h_prev @ W_h.T + b).tensor_split(4, dim=1)
    i, f, o = (0.5 + 0.5 * torch.tanh(a / 2) for a in (i, f, o))
    c = i * g.tanh() + c_prev * f
    return c.tanh() * o, c
