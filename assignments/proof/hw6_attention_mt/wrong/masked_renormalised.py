# misconception: softmax over all, then divided by what real words have
# loses: masked_extremes_hidden
# %% masked
def masked_softmax(scores, keep):
    blocked = keep.logical_not().unsqueeze(1)
    shares = scores.softmax(dim=-1).masked_fill(blocked, 0.0)
    return shares / shares.sum(dim=-1, keepdim=True)
