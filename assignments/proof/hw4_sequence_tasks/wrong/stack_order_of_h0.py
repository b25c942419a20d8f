# misconception: initial states are ordered by direction, then by layer
# loses: stack_test stack_values_hidden stack_last_hidden stack_gradients_hidden
# %% stack
def stack(layers, x, h0, lengths):
    ends, L = [], len(layers)
    for k, (left, right) in enumerate(layers):
        x, end = bidirectional(left, right, x, (h0[k], h0[L + k]), lengths)
        ends += end.chunk(2, dim=1)
    return x, torch.stack(ends)
