# misconception: tanh instead of ReLU
# loses: feedforward_test feedforward_values_hidden feedforward_positions_hidden feedforward_gradients_hidden
# %% feedforward
def feedforward(contexts, E, W_x, b_h, W_y, b_y):
    x = E[contexts].flatten(start_dim=1)
    h = torch.tanh(x @ W_x.T + b_h)
    return h @ W_y.T + b_y
