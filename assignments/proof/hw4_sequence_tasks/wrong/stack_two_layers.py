# misconception: the number of layers is written into the code
# loses: stack_values_hidden stack_last_hidden
# %% stack
def stack(layers, x, h0, lengths):
    x, first = bidirectional(*layers[0], x, (h0[0], h0[1]), lengths)
    x, second = bidirectional(*layers[1], x, (h0[2], h0[3]), lengths)
    return x, torch.stack([*first.chunk(2, dim=1), *second.chunk(2, dim=1)])
