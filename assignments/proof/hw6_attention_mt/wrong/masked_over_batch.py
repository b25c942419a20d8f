# misconception: softmax over the batch
# loses: masked_test masked_values_hidden masked_extremes_hidden masked_gradients_hidden
# %% masked
def masked_softmax(scores, keep):
    blocked = keep.logical_not().unsqueeze(1)
    return scores.masked_fill(blocked, -math.inf).softmax(dim=0)
