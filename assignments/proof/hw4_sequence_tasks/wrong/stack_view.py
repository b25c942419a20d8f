# misconception: `view` takes the batch for layers
# loses: stack_test stack_last_hidden stack_gradients_hidden
# %% stack
def stack(layers, x, h0, lengths):
    ends = []
    for k, (left, right) in enumerate(layers):
        x, end = bidirectional(left, right, x, (h0[2 * k], h0[2 * k + 1]), lengths)
        ends.append(end)
    return x, torch.stack(ends).view(h0.shape)
