# misconception: the nucleus of row 0 is used for all rows
# loses: top_p_test top_p_values_hidden top_p_extremes_hidden
# %% top_p
def keep_top_p(logits, p):
    chances, ranked = torch.softmax(logits[0], dim=0).sort(descending=True, stable=True)
    dropped = chances.cumsum(dim=0) - chances >= p
    dropped[0] = False
    kept = logits.clone()
    kept[:, ranked[dropped]] = -math.inf
    return kept
