# misconception: the given scores are overwritten
# loses: masked_gradients_hidden masked_arguments_hidden
# %% masked
def masked_softmax(scores, keep):
    blocked = keep.logical_not().unsqueeze(1)
    return scores.masked_fill_(blocked, -math.inf).softmax(dim=-1)
