# variant: einsum over weights reshaped to (4, H, ...)
# %% lstm
def lstm_step(x, state, W_x, W_h, b):
    h_prev, c_prev = state
    H = W_h.shape[1]
    a = torch.einsum("bd,khd->kbh", x, W_x.reshape(4, H, -1))
    a = a + torch.einsum("bj,khj->kbh", h_prev, W_h.reshape(4, H, H)) + b.reshape(4, 1, H)
    i, f, o = a[[0, 1, 3]].sigmoid()
    c = f * c_prev + i * a[2].tanh()
    return o * c.tanh(), c
