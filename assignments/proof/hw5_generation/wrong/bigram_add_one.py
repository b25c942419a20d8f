# misconception: k is always 1
# loses: bigram_hidden
# %% bigram
def bigram_log_probs(counts, k):
    smoothed = counts.double() + 1
    return torch.log(smoothed / smoothed.sum(dim=1, keepdim=True))
