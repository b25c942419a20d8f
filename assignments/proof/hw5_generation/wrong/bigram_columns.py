# misconception: columns are normalised: what came before, given what came after
# loses: bigram_test bigram_hidden
# %% bigram
def bigram_log_probs(counts, k):
    smoothed = counts.double() + k
    return torch.log(smoothed / smoothed.sum(dim=0, keepdim=True))
