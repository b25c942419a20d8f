# variant: a loop over words, max of Python lists
# %% links
def alignment_links(weights, source_lengths, target_lengths):
    result = []
    for b, table in enumerate(weights.tolist()):
        pairs = set()
        for t in range(target_lengths[b]):
            row = table[t][: source_lengths[b]]
            pairs.add((max(range(len(row)), key=row.__getitem__), t))
        result.append(pairs)
    return result
