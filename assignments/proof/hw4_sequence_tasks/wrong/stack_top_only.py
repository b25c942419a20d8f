# misconception: only the top layer's final states are returned
# loses: stack_test stack_last_hidden stack_gradients_hidden
# %% stack
def stack(layers, x, h0, lengths):
    for k, (left, right) in enumerate(layers):
        x, end = bidirectional(left, right, x, (h0[2 * k], h0[2 * k + 1]), lengths)
    return x, torch.stack(end.chunk(2, dim=1))
