# misconception: all sentences are one stream, so pairs reach from the end of one to the start of the next
# loses: counts_test counts_hidden
# %% counts
def count_bigrams(sentences, vocab_size):
    counts = torch.zeros(vocab_size, vocab_size, dtype=torch.int64)
    stream = [word for sentence in sentences for word in [BOS, *sentence, EOS]]
    for before, after in zip(stream, stream[1:]):
        counts[before, after] += 1
    return counts
