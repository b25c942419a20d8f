# misconception: cuts the graph (`keep_top_k`)
# loses: top_k_arguments_hidden
# %% top_k
def keep_top_k(logits, k):
    ranked = logits.argsort(dim=1, descending=True, stable=True)
    return logits.detach().scatter(1, ranked[:, k:], -math.inf)
