# misconception: final states are collected in a tensor on the CPU
# loses: stack_arguments_hidden
# %% stack
def stack(layers, x, h0, lengths):
    last = torch.empty(h0.shape, dtype=h0.dtype)
    for k, (left, right) in enumerate(layers):
        x, end = bidirectional(left, right, x, (h0[2 * k], h0[2 * k + 1]), lengths)
        last[2 * k], last[2 * k + 1] = end.chunk(2, dim=1)
    return x, last
