# variant: collections.Counter and two stable sorts
# %% vocabulary
from collections import Counter


def build_vocabulary(sentences, min_count=1):
    counts = Counter()
    for sentence in sentences:
        counts.update(sentence)
    vocabulary = {token: i for i, token in enumerate(SPECIALS)}
    for word, count in sorted(sorted(counts.items()), key=lambda item: item[1], reverse=True):
        if count >= min_count and word not in vocabulary:
            vocabulary[word] = len(vocabulary)
    return vocabulary
