# misconception: the table is kept between calls
# loses: counts_hidden
# %% counts
def count_bigrams(sentences, vocab_size, counts=torch.zeros(64, 64, dtype=torch.int64)):
    for sentence in sentences:
        for before, after in zip([BOS, *sentence], [*sentence, EOS]):
            counts[before, after] += 1
    return counts[:vocab_size, :vocab_size]
