# variant: n + (1 - z) (h_prev - n), with 1 - z = sigmoid(-a)
# %% gru
def gru_step(x, h_prev, W_x, W_h, b):
    a_z, a_r, x_n = (x @ W_x.T + b).chunk(3, dim=1)
    W_z, W_r, W_n = W_h.chunk(3)
    keeps = torch.sigmoid(-(a_z + h_prev @ W_z.T))
    past = h_prev * torch.sigmoid(a_r + h_prev @ W_r.T)
    n = torch.tanh(nn.functional.linear(past, W_n) + x_n)
    return n + keeps * (h_prev - n)
