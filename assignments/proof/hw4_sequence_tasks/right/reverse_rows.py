# variant: row by row, `flip`
# %% reverse
def reverse(x, lengths):
    rows = [torch.cat([x[b, :n].flip(0), x[b, n:]]) for b, n in enumerate(lengths.tolist())]
    return torch.stack(rows)
