# misconception: padding is replaced by 0
# loses: reverse_test reverse_values_hidden reverse_gradients_hidden
# %% reverse
def reverse(x, lengths):
    rows = [torch.cat([x[b, :n].flip(0), 0 * x[b, n:]]) for b, n in enumerate(lengths.tolist())]
    return torch.stack(rows)
