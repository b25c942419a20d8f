# variant: a difference of logarithms
# %% bigram
def bigram_log_probs(counts, k):
    V = counts.shape[0]
    n = counts.to(torch.float64)
    return (n + k).log() - (n.sum(1) + k * V).log()[:, None]
