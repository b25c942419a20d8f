# misconception: repeated n-grams count once
# loses: matches_test matches_hidden
# %% matches
def ngram_matches(candidate, reference, n):
    ours, theirs = (
        Counter(tuple(text[i : i + n]) for i in range(len(text) - n + 1))
        for text in (candidate, reference)
    )
    return len(ours.keys() & theirs.keys()), len(ours)
