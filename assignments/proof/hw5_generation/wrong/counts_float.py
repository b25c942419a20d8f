# misconception: counts are floats
# loses: counts_hidden
# %% counts
def count_bigrams(sentences, vocab_size):
    counts = torch.zeros(vocab_size, vocab_size, dtype=torch.float64)
    for sentence in sentences:
        for before, after in zip([BOS, *sentence], [*sentence, EOS], strict=True):
            counts[before, after] += 1
    return counts
