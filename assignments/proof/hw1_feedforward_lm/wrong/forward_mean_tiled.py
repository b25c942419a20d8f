# misconception: every position gets the mean of the embeddings
# loses: feedforward_test feedforward_values_hidden feedforward_positions_hidden feedforward_gradients_hidden
# %% feedforward
def feedforward(contexts, E, W_x, b_h, W_y, b_y):
    x = E[contexts].mean(dim=1).repeat(1, contexts.shape[1])
    h = torch.relu(x @ W_x.T + b_h)
    return h @ W_y.T + b_y
