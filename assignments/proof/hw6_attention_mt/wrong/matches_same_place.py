# misconception: n-grams must stand at the same place
# loses: matches_test matches_hidden
# %% matches
def ngram_matches(candidate, reference, n):
    ours, theirs = (
        Counter((i, *text[i : i + n]) for i in range(len(text) - n + 1))
        for text in (candidate, reference)
    )
    return (ours & theirs).total(), ours.total()
