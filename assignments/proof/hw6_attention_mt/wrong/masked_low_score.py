# misconception: padding gets a score of -10,000
# loses: masked_extremes_hidden
# %% masked
def masked_softmax(scores, keep):
    blocked = keep.logical_not().unsqueeze(1)
    return scores.masked_fill(blocked, -1e4).softmax(dim=-1)
