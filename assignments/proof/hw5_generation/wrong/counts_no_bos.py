# misconception: nothing stands in front of a sentence, so nobody knows how it starts
# loses: counts_test counts_hidden
# %% counts
def count_bigrams(sentences, vocab_size):
    counts = torch.zeros(vocab_size, vocab_size, dtype=torch.int64)
    for sentence in sentences:
        for before, after in zip(sentence, [*sentence[1:], EOS], strict=True):
            counts[before, after] += 1
    return counts
