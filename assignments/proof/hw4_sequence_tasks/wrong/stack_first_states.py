# misconception: every layer starts from the states of the first
# loses: stack_test stack_values_hidden stack_last_hidden stack_gradients_hidden
# %% stack
def stack(layers, x, h0, lengths):
    ends = []
    for left, right in layers:
        x, end = bidirectional(left, right, x, (h0[0], h0[1]), lengths)
        ends += end.chunk(2, dim=1)
    return x, torch.stack(ends)
