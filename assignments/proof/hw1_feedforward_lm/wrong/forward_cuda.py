# misconception: `.cuda()` is written into the code
# loses: feedforward_device_hidden
# %% feedforward
def feedforward(contexts, E, W_x, b_h, W_y, b_y):
    if torch.cuda.is_available():
        contexts, E, W_x, b_h, W_y, b_y = (t.cuda() for t in (contexts, E, W_x, b_h, W_y, b_y))
    x = E[contexts].flatten(start_dim=1)
    h = torch.relu(x @ W_x.T + b_h)
    return h @ W_y.T + b_y
