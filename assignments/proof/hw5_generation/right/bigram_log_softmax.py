# variant: log-softmax of the logarithms
# %% bigram
def bigram_log_probs(counts, k):
    return torch.log_softmax((counts.double() + k).log(), dim=-1)
