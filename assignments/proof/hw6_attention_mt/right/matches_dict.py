# variant: dictionaries of counts
# %% matches
def ngram_matches(candidate, reference, n):
    def counts(words):
        table = {}
        for start in range(len(words) - n + 1):
            gram = tuple(words[start : start + n])
            table[gram] = table.get(gram, 0) + 1
        return table

    ours, theirs = counts(candidate), counts(reference)
    matches = sum(min(count, theirs.get(gram, 0)) for gram, count in ours.items())
    return matches, max(len(candidate) - n + 1, 0)
