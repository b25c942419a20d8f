# misconception: the total of short texts is negative
# loses: matches_hidden
# %% matches
def ngram_matches(candidate, reference, n):
    ours, theirs = (
        Counter(tuple(text[i : i + n]) for i in range(len(text) - n + 1))
        for text in (candidate, reference)
    )
    return (ours & theirs).total(), len(candidate) - n + 1
