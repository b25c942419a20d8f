# variant: row by row, in plain loops
# %% top_p
def keep_top_p(logits, p):
    kept = torch.full_like(logits, -math.inf)
    for b, row in enumerate(logits.softmax(dim=1).tolist()):
        total, order = 0.0, sorted(range(len(row)), key=lambda i: (-row[i], i))
        for i in order:
            if total >= p and i != order[0]:
                break
            kept[b, i] = logits[b, i]
            total += row[i]
    return kept
