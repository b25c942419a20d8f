# misconception: single precision
# loses: bigram_hidden
# %% bigram
def bigram_log_probs(counts, k):
    smoothed = counts.float() + k
    return torch.log(smoothed / smoothed.sum(dim=1, keepdim=True))
