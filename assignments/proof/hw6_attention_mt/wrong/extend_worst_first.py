# misconception: the worst of the kept comes first
# loses: extend_test extend_hidden
# %% extend
def extend(owners, totals, log_probs, beam):
    V, kept = log_probs.shape[1], []
    sums = log_probs + log_probs.new_tensor(totals).unsqueeze(1)
    for sentence in dict.fromkeys(owners):
        rows = [row for row, owner in enumerate(owners) if owner == sentence]
        best = sums[rows].flatten().topk(min(beam, len(rows) * V))
        for total, place in zip(best.values.tolist()[::-1], best.indices.tolist()[::-1], strict=True):
            kept.append((rows[place // V], place % V, total))
    return kept
