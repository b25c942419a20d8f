# misconception: k larger than the vocabulary is an error
# loses: top_k_test
# %% top_k
def keep_top_k(logits, k):
    ranked = logits.argsort(dim=1, descending=True, stable=True)
    if k > logits.shape[1]:
        raise ValueError(k)
    return logits.scatter(1, ranked[:, k:], -math.inf)
