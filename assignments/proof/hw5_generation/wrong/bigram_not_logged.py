# misconception: probabilities are returned instead of their logarithms
# loses: bigram_test bigram_hidden
# %% bigram
def bigram_log_probs(counts, k):
    smoothed = counts.double() + k
    return smoothed / smoothed.sum(dim=1, keepdim=True)
