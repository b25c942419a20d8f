# variant: row by row over real words
# %% masked
def masked_softmax(scores, keep):
    rows = []
    for row, real in zip(scores, keep):
        n = int(real.sum())
        shares = row[:, :n].softmax(1)
        rows.append(nn.functional.pad(shares, (0, len(real) - n)))
    return torch.stack(rows)
