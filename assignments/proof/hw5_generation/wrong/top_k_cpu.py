# misconception: the mask is made on the CPU (`keep_top_k`)
# loses: top_k_arguments_hidden
# %% top_k
def keep_top_k(logits, k):
    ranked = logits.argsort(dim=1, descending=True, stable=True)
    cut = torch.zeros(logits.shape, dtype=torch.bool).scatter(1, ranked[:, k:], True)
    return logits.masked_fill(cut, -math.inf)
