# variant: n-grams by zip, reference counts used up
# %% matches
def ngram_matches(candidate, reference, n):
    left = Counter(zip(*(reference[i:] for i in range(n))))
    matches = total = 0
    for gram in zip(*(candidate[i:] for i in range(n))):
        total += 1
        if left[gram] > 0:
            left[gram] -= 1
            matches += 1
    return matches, total
