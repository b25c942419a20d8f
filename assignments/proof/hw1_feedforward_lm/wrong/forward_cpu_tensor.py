# misconception: the result is collected in a new tensor on the CPU
# loses: feedforward_device_hidden
# %% feedforward
def feedforward(contexts, E, W_x, b_h, W_y, b_y):
    D = E.shape[1]
    x = torch.zeros(len(contexts), W_x.shape[1], dtype=E.dtype)
    for position in range(contexts.shape[1]):
        x[:, position * D : (position + 1) * D] = E[contexts[:, position]]
    h = torch.relu(x @ W_x.T + b_h)
    return h @ W_y.T + b_y
