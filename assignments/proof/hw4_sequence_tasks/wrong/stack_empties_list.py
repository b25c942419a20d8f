# misconception: the given list of layers is used up
# loses: stack_values_hidden stack_last_hidden stack_gradients_hidden stack_arguments_hidden
# %% stack
def stack(layers, x, h0, lengths):
    ends, k = [], 0
    while layers:
        x, end = bidirectional(*layers.pop(0), x, (h0[k], h0[k + 1]), lengths)
        ends, k = ends + list(end.chunk(2, dim=1)), k + 2
    return x, torch.stack(ends)
