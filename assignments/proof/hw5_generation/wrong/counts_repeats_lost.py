# misconception: an indexed `+= 1` adds once for each pair, however often it occurs in a sentence
# loses: counts_test counts_hidden
# %% counts
def count_bigrams(sentences, vocab_size):
    counts = torch.zeros(vocab_size, vocab_size, dtype=torch.int64)
    for sentence in sentences:
        counts[[BOS, *sentence], [*sentence, EOS]] += 1
    return counts
