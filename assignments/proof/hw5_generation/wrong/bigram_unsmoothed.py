# misconception: k is not added: what was never seen is impossible
# loses: bigram_test bigram_hidden
# %% bigram
def bigram_log_probs(counts, k):
    smoothed = counts.double()
    return torch.log(smoothed / smoothed.sum(dim=1, keepdim=True))
