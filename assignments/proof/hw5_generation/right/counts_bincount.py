# variant: pairs as numbers a V + b, counted by bincount
# %% counts
def count_bigrams(sentences, vocab_size):
    first = torch.tensor([w for s in sentences for w in [BOS] + s], dtype=torch.int64)
    second = torch.tensor([w for s in sentences for w in s + [EOS]], dtype=torch.int64)
    pairs = torch.bincount(first * vocab_size + second, minlength=vocab_size**2)
    return pairs.reshape(vocab_size, vocab_size)
