# misconception: 10,000 is subtracted from the scores of padding
# loses: masked_extremes_hidden
# %% masked
def masked_softmax(scores, keep):
    blocked = keep.logical_not().unsqueeze(1)
    return (scores - 1e4 * blocked).softmax(dim=-1)
