# misconception: BOS and EOS are put into the given lists
# loses: counts_hidden
# %% counts
def count_bigrams(sentences, vocab_size):
    counts = torch.zeros(vocab_size, vocab_size, dtype=torch.int64)
    for sentence in sentences:
        sentence.insert(0, BOS)
        sentence.append(EOS)
        for before, after in zip(sentence, sentence[1:]):
            counts[before, after] += 1
    return counts
