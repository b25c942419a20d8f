# misconception: minus one billion stands for -inf (`keep_top_k`)
# loses: top_k_extremes_hidden
# %% top_k
def keep_top_k(logits, k):
    ranked = logits.argsort(dim=1, descending=True, stable=True)
    return logits.scatter(1, ranked[:, k:], -1e9)
