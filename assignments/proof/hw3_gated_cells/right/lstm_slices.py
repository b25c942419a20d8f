# variant: slices, and a nested function for each gate's own product
# %% lstm
def lstm_step(x, state, W_x, W_h, b):
    h_prev, c_prev = state
    H = h_prev.shape[1]

    def part(k):
        rows = slice(k * H, (k + 1) * H)
        return x @ W_x[rows].T + h_prev @ W_h[rows].T + b[rows]

    i, f, o = (torch.sigmoid(part(k)) for k in (0, 1, 3))
    c = f * c_prev + i * torch.tanh(part(2))
    return o * torch.tanh(c), c
