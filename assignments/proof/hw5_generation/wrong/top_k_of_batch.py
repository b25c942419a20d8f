# misconception: k tokens of the whole batch are kept
# loses: top_k_test top_k_values_hidden top_k_ties_hidden top_k_extremes_hidden
# %% top_k
def keep_top_k(logits, k):
    ranked = logits.flatten().argsort(descending=True, stable=True)
    return logits.flatten().scatter(0, ranked[k:], -math.inf).reshape(logits.shape)
