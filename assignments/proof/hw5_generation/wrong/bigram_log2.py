# misconception: logarithms to the base 2 (`bigram_log_probs`)
# loses: bigram_test bigram_hidden
# %% bigram
def bigram_log_probs(counts, k):
    smoothed = counts.double() + k
    return torch.log2(smoothed / smoothed.sum(dim=1, keepdim=True))
