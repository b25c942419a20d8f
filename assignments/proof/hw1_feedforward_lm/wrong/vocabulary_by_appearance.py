# misconception: ids in order of appearance, not of frequency
# loses: vocabulary_test vocabulary_counts_hidden
# %% vocabulary
def build_vocabulary(sentences, min_count=1):
    counts = {}
    for sentence in sentences:
        for word in sentence:
            counts[word] = counts.get(word, 0) + 1
    known = [w for w, n in counts.items() if n >= min_count and w not in SPECIALS]
    return {word: i for i, word in enumerate(SPECIALS + known)}
