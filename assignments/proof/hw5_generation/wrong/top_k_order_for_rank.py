# misconception: sorting once gives an order, which is taken for ranks
# loses: top_k_test top_k_values_hidden top_k_ties_hidden top_k_extremes_hidden
# %% top_k
def keep_top_k(logits, k):
    return logits.masked_fill(logits.argsort(dim=1, descending=True, stable=True) >= k, -math.inf)
