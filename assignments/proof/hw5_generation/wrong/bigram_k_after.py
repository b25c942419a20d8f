# misconception: k is added to the probabilities, so rows do not add up to 1
# loses: bigram_test bigram_hidden
# %% bigram
def bigram_log_probs(counts, k):
    totals = counts.sum(dim=1, keepdim=True).clamp(min=1)
    return torch.log(counts.double() / totals + k)
