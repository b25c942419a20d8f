# misconception: each layer's input is added to what it says, where the sizes allow
# loses: stack_test stack_values_hidden stack_last_hidden stack_gradients_hidden
# %% stack
def stack(layers, x, h0, lengths):
    ends = []
    for k, (left, right) in enumerate(layers):
        hs, end = bidirectional(left, right, x, (h0[2 * k], h0[2 * k + 1]), lengths)
        x = hs + x if hs.shape == x.shape else hs
        ends += end.chunk(2, dim=1)
    return x, torch.stack(ends)
