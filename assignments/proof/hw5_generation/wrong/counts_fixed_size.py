# misconception: the size of the vocabulary is written into the code
# loses: counts_hidden
# %% counts
def count_bigrams(sentences, vocab_size):
    counts = torch.zeros(6, 6, dtype=torch.int64)
    for sentence in sentences:
        for before, after in zip([BOS, *sentence], [*sentence, EOS], strict=True):
            counts[before, after] += 1
    return counts
