# misconception: an epsilon in the denominator, and no shift by the maximum
# loses: masked_extremes_hidden
# %% masked
def masked_softmax(scores, keep):
    blocked = keep.logical_not().unsqueeze(1)
    powers = scores.clamp(max=80).exp().masked_fill(blocked, 0.0)
    return powers / (powers.sum(dim=-1, keepdim=True) + 1e-15)
