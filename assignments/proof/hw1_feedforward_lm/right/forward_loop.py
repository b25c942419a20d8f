# variant: a loop over the batch, word by word
# %% feedforward
def feedforward(contexts, E, W_x, b_h, W_y, b_y):
    rows = []
    for context in contexts:
        x = torch.cat([E[word] for word in context])
        h = torch.relu(W_x @ x + b_h)
        rows.append(W_y @ h + b_y)
    return torch.stack(rows)
