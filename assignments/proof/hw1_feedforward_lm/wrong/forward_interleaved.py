# misconception: the numbers of the embeddings are interleaved: first the first number of every word
# loses: feedforward_values_hidden feedforward_positions_hidden feedforward_gradients_hidden
# %% feedforward
def feedforward(contexts, E, W_x, b_h, W_y, b_y):
    x = E[contexts].transpose(1, 2).flatten(start_dim=1)
    h = torch.relu(x @ W_x.T + b_h)
    return h @ W_y.T + b_y
