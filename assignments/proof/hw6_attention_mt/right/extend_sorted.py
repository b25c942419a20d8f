# variant: everything sorted at once, then counted off
# %% extend
def extend(owners, totals, log_probs, beam):
    V = log_probs.shape[1]
    sums = torch.tensor(totals, dtype=torch.float64)[:, None] + log_probs.double().cpu()
    order = sums.flatten().argsort(descending=True).tolist()
    kept = {owner: [] for owner in owners}
    for place in order:
        row, word = divmod(place, V)
        if len(kept[owners[row]]) < beam:
            kept[owners[row]].append((row, word, float(sums[row, word])))
    return [triple for best in kept.values() for triple in best]
