# misconception: the words are turned around and stand behind their padding
# loses: reverse_test reverse_values_hidden reverse_gradients_hidden
# %% reverse
def reverse(x, lengths):
    rows = [torch.cat([x[b, n:], x[b, :n].flip(0)]) for b, n in enumerate(lengths.tolist())]
    return torch.stack(rows)
