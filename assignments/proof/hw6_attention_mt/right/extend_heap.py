# variant: a heap of Python numbers for each sentence
# %% extend
def extend(owners, totals, log_probs, beam):
    import heapq

    table, kept = log_probs.tolist(), []
    for sentence in sorted(set(owners), key=owners.index):
        grown = (
            (totals[row] + gain, row, word)
            for row in range(len(owners))
            if owners[row] == sentence
            for word, gain in enumerate(table[row])
        )
        best = heapq.nlargest(beam, grown)
        kept += [(row, word, total) for total, row, word in best]
    return kept
