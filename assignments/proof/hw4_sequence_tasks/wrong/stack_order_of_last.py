# misconception: final states are ordered by direction, then by layer
# loses: stack_test stack_last_hidden stack_gradients_hidden
# %% stack
def stack(layers, x, h0, lengths):
    ends = [[], []]
    for k, (left, right) in enumerate(layers):
        x, end = bidirectional(left, right, x, (h0[2 * k], h0[2 * k + 1]), lengths)
        for direction, part in zip(ends, end.chunk(2, dim=1), strict=True):
            direction.append(part)
    return x, torch.stack(ends[0] + ends[1])
