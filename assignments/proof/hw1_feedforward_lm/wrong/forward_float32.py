# misconception: everything is converted to float32 inside
# loses: feedforward_device_hidden
# %% feedforward
def feedforward(contexts, E, W_x, b_h, W_y, b_y):
    x = E[contexts].flatten(start_dim=1).float()
    h = torch.relu(x @ W_x.float().T + b_h.float())
    return h @ W_y.float().T + b_y.float()
