# misconception: the gates are filled into a tensor on the CPU
# loses: lstm_arguments_hidden layer_device_hidden
# %% lstm
def lstm_step(x, state, W_x, W_h, b):
    h_prev, c_prev = state
    a = torch.zeros(len(x), len(b), dtype=x.dtype)
    for row in range(len(x)):
        a[row] = W_x @ x[row] + W_h @ h_prev[row] + b
    i, f, g, o = a.chunk(4, dim=1)
    c = f.sigmoid() * c_prev + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c
