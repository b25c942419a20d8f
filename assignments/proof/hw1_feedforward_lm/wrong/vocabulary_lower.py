# misconception: words lose their capitals
# loses: vocabulary_counts_hidden
# %% vocabulary
def build_vocabulary(sentences, min_count=1):
    counts = {}
    for sentence in sentences:
        for word in sentence:
            counts[word.lower()] = counts.get(word.lower(), 0) + 1
    known = [w for w, n in counts.items() if n >= min_count and w not in SPECIALS]
    known.sort(key=lambda word: (-counts[word], word))
    return {word: i for i, word in enumerate(SPECIALS + known)}
