# misconception: all rows are turned around within the length of the longest
# loses: reverse_test reverse_values_hidden reverse_gradients_hidden
# %% reverse
def reverse(x, lengths):
    n = int(lengths.max())
    return torch.cat([x[:, :n].flip(1), x[:, n:]], dim=1)
