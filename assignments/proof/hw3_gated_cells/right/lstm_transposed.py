# variant: columns for examples, gates stacked on the first axis
# %% lstm
def lstm_step(x, state, W_x, W_h, b):
    h_prev, c_prev = state
    i, f, g, o = torch.chunk(W_x @ x.T + W_h @ h_prev.T + b[:, None], 4)
    c = torch.sigmoid(f) * c_prev.T + torch.sigmoid(i) * torch.tanh(g)
    return (torch.sigmoid(o) * torch.tanh(c)).T, c.T
