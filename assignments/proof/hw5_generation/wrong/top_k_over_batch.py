# misconception: ranks run over the batch
# loses: top_k_test top_k_values_hidden top_k_ties_hidden top_k_extremes_hidden
# %% top_k
def keep_top_k(logits, k):
    ranks = logits.argsort(dim=0, descending=True, stable=True).argsort(dim=0)
    return logits.masked_fill(ranks >= k, -math.inf)
