# misconception: the top layer's final states stand first
# loses: stack_test stack_last_hidden stack_gradients_hidden
# %% stack
def stack(layers, x, h0, lengths):
    ends = []
    for k, (left, right) in enumerate(layers):
        x, end = bidirectional(left, right, x, (h0[2 * k], h0[2 * k + 1]), lengths)
        ends = [*end.chunk(2, dim=1), *ends]
    return x, torch.stack(ends)
