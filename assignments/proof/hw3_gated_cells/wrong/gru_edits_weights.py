# misconception: sigmoid as a tanh of half the sum, and the halving is made in the given weights
# loses: gru_test gru_gradients_hidden gru_arguments_hidden
# %% gru
def gru_step(x, h_prev, W_x, W_h, b):
    H = h_prev.shape[1]
    for weight in (W_x, W_h, b):
        weight[: 2 * H] *= 0.5
    from_x = x @ W_x.T + b
    gates = from_x[:, : 2 * H] + h_prev @ W_h[: 2 * H].T
    z, r = ((1 + torch.tanh(gates)) / 2).chunk(2, dim=1)
    n = torch.tanh(from_x[:, 2 * H :] + (r * h_prev) @ W_h[2 * H :].T)
    return h_prev + z * (n - h_prev)
