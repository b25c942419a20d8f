# misconception: pairs never seen are set to 1 in the given table
# loses: bigram_test bigram_hidden
# %% bigram
def bigram_log_probs(counts, k):
    counts[counts == 0] = 1
    smoothed = counts.double() + k
    return torch.log(smoothed / smoothed.sum(dim=1, keepdim=True))
