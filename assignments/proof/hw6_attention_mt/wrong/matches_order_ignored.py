# misconception: n-grams are compared without order
# loses: matches_test matches_hidden
# %% matches
def ngram_matches(candidate, reference, n):
    ours, theirs = (
        Counter(tuple(sorted(text[i : i + n])) for i in range(len(text) - n + 1))
        for text in (candidate, reference)
    )
    return (ours & theirs).total(), ours.total()
