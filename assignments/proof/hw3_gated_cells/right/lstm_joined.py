# variant: [x; h] in one product, split, and functions of nn.functional
# %% lstm
def lstm_step(x, state, W_x, W_h, b):
    h_prev, c_prev = state
    joined = torch.cat([x, h_prev], dim=1)
    a = torch.addmm(b, joined, torch.cat([W_x, W_h], dim=1).t())
    i, f, g, o = torch.split(a, c_prev.size(1), dim=1)
    c = torch.sigmoid(f).mul(c_prev).addcmul(torch.sigmoid(i), torch.tanh(g))
    h = torch.sigmoid(o) * torch.tanh(c)
    return h, c
