# misconception: the numbers of each word are turned around, too
# loses: reverse_values_hidden reverse_gradients_hidden
# %% reverse
def reverse(x, lengths):
    rows = [torch.cat([x[b, :n].flip(0, 1), x[b, n:]]) for b, n in enumerate(lengths.tolist())]
    return torch.stack(rows)
