# misconception: the last n-gram is left out
# loses: matches_test matches_hidden
# %% matches
def ngram_matches(candidate, reference, n):
    ours, theirs = (
        Counter(tuple(text[i : i + n]) for i in range(len(text) - n))
        for text in (candidate, reference)
    )
    return (ours & theirs).total(), ours.total()
