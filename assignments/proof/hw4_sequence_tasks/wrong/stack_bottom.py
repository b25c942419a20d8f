# misconception: what the first layer says is returned
# loses: stack_test stack_values_hidden stack_gradients_hidden
# %% stack
def stack(layers, x, h0, lengths):
    ends, told = [], []
    for k, (left, right) in enumerate(layers):
        x, end = bidirectional(left, right, x, (h0[2 * k], h0[2 * k + 1]), lengths)
        told.append(x)
        ends += end.chunk(2, dim=1)
    return told[0], torch.stack(ends)
