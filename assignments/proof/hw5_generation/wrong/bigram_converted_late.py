# misconception: computed in single precision, converted at the end
# loses: bigram_hidden
# %% bigram
def bigram_log_probs(counts, k):
    c = counts.float() + k
    return (c / c.sum(dim=1, keepdim=True)).log().double()
