# misconception: the forward pass runs under no_grad
# loses: feedforward_gradients_hidden
# %% feedforward
@torch.no_grad()
def feedforward(contexts, E, W_x, b_h, W_y, b_y):
    x = E[contexts].flatten(start_dim=1)
    h = torch.relu(x @ W_x.T + b_h)
    return h @ W_y.T + b_y
