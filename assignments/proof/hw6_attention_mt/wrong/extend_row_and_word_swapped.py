# misconception: quotient and rest are mixed up
# loses: extend_test extend_hidden
# %% extend
def extend(owners, totals, log_probs, beam):
    V, kept = log_probs.shape[1], []
    sums = log_probs + log_probs.new_tensor(totals).unsqueeze(1)
    for sentence in dict.fromkeys(owners):
        rows = [row for row, owner in enumerate(owners) if owner == sentence]
        best = sums[rows].flatten().topk(min(beam, len(rows) * V))
        for total, place in zip(best.values.tolist(), best.indices.tolist(), strict=True):
            kept.append((rows[min(place % V, len(rows) - 1)], place // V, total))
    return kept
