# misconception: scores are cast to float32
# loses: masked_arguments_hidden
# %% masked
def masked_softmax(scores, keep):
    blocked = keep.logical_not().unsqueeze(1)
    return scores.float().masked_fill(blocked, -math.inf).softmax(dim=-1)
