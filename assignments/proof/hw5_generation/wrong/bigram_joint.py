# misconception: divided by all pairs: the joint distribution, not the conditional one
# loses: bigram_test bigram_hidden
# %% bigram
def bigram_log_probs(counts, k):
    smoothed = counts.double() + k
    return torch.log(smoothed / smoothed.sum())
