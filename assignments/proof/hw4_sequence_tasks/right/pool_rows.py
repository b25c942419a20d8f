# variant: row by row
# %% pool_last
def pool_last(hs, lengths):
    return torch.stack([row[n - 1] for row, n in zip(hs, lengths.tolist(), strict=True)])
# %% pool_mean
def pool_mean(hs, lengths):
    return torch.stack([row[:n].mean(0) for row, n in zip(hs, lengths.tolist(), strict=True)])
# %% pool_max
def pool_max(hs, lengths):
    return torch.stack([row[:n].amax(0) for row, n in zip(hs, lengths.tolist(), strict=True)])
