# variant: each stream is a slice; rows are stacked, then split
# %% streams
def make_streams(ids, B, T):
    n = (len(ids) - 1) // B
    tokens = torch.stack([ids[b * n : (b + 1) * n] for b in range(B)])
    targets = torch.stack([ids[b * n + 1 : (b + 1) * n + 1] for b in range(B)])
    return list(zip(tokens.split(T, dim=1), targets.split(T, dim=1), strict=True))
