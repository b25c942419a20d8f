# misconception: nothing stands behind a sentence, so it can never end
# loses: counts_test counts_hidden
# %% counts
def count_bigrams(sentences, vocab_size):
    counts = torch.zeros(vocab_size, vocab_size, dtype=torch.int64)
    for sentence in sentences:
        for before, after in zip([BOS, *sentence], sentence):
            counts[before, after] += 1
    return counts
