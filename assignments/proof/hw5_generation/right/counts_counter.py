# variant: a Counter over pairs, written into the table at the end
# %% counts
def count_bigrams(sentences, vocab_size):
    from collections import Counter

    pairs = Counter()
    for sentence in sentences:
        pairs.update(zip([BOS] + sentence, sentence + [EOS]))
    counts = torch.zeros((vocab_size, vocab_size), dtype=torch.long)
    for (a, b), n in pairs.items():
        counts[a, b] = n
    return counts
