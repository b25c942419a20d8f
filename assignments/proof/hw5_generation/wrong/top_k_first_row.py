# misconception: the tokens kept in row 0 are kept in all rows
# loses: top_k_test top_k_values_hidden top_k_ties_hidden top_k_extremes_hidden
# %% top_k
def keep_top_k(logits, k):
    ranked = logits[0].argsort(descending=True, stable=True)
    kept = logits.clone()
    kept[:, ranked[k:]] = -math.inf
    return kept
