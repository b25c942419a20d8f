# variant: Python's sorted, row by row
# %% top_k
def keep_top_k(logits, k):
    kept = torch.full_like(logits, -math.inf)
    for b in range(logits.shape[0]):
        row = logits[b].tolist()
        best = sorted(range(len(row)), key=lambda i: (-row[i], i))[:k]
        kept[b, best] = logits[b, best]
    return kept
