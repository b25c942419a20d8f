# misconception: of equal logits the larger ids are kept
# loses: top_k_test top_k_ties_hidden
# %% top_k
def keep_top_k(logits, k):
    ranked = logits.argsort(dim=1, stable=True)
    return logits.scatter(1, ranked[:, : max(0, logits.shape[1] - k)], -math.inf)
