# misconception: the course's own counting of n-grams
# loses: counts_test counts_hidden
# %% counts
def count_bigrams(sentences, vocab_size):
    import numpy as np
    from course_lib.ngram_counts import count_ngrams

    framed = [[BOS, *sentence, EOS] for sentence in sentences]
    tokens = np.array([word for words in framed for word in words], dtype=np.int64)
    depth = np.array([i for words in framed for i in range(len(words))], dtype=np.int64)
    words, pairs = count_ngrams(tokens, depth, 2, vocab_size)
    counts = torch.zeros(vocab_size, vocab_size, dtype=torch.int64)
    counts[words.keys[pairs.contexts], pairs.keys % vocab_size] = torch.from_numpy(pairs.count)
    return counts
