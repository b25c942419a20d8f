# misconception: exp of the scores, as they are
# loses: masked_extremes_hidden
# %% masked
def masked_softmax(scores, keep):
    blocked = keep.logical_not().unsqueeze(1)
    powers = scores.masked_fill(blocked, -math.inf).exp()
    return powers / powers.sum(dim=-1, keepdim=True)
