# misconception: weights carry no gradient
# loses: masked_gradients_hidden
# %% masked
def masked_softmax(scores, keep):
    blocked = keep.logical_not().unsqueeze(1)
    return scores.masked_fill(blocked, -math.inf).softmax(dim=-1).detach()
