# misconception: rows and columns are swapped: the word after indexes the rows
# loses: counts_test counts_hidden
# %% counts
def count_bigrams(sentences, vocab_size):
    counts = torch.zeros(vocab_size, vocab_size, dtype=torch.int64)
    for sentence in sentences:
        for before, after in zip([BOS, *sentence], [*sentence, EOS], strict=True):
            counts[after, before] += 1
    return counts
