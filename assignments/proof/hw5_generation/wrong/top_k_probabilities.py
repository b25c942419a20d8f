# misconception: probabilities are returned instead of logits
# loses: top_k_test top_k_values_hidden top_k_ties_hidden top_k_extremes_hidden
# %% top_k
def keep_top_k(logits, k):
    ranked = logits.argsort(dim=1, descending=True, stable=True)
    return logits.scatter(1, ranked[:, k:], -math.inf).softmax(dim=1)
