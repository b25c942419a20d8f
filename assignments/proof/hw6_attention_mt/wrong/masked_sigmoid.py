# misconception: a sigmoid for each word instead of a softmax
# loses: masked_test masked_values_hidden masked_extremes_hidden masked_gradients_hidden
# %% masked
def masked_softmax(scores, keep):
    blocked = keep.logical_not().unsqueeze(1)
    return scores.sigmoid().masked_fill(blocked, 0.0)
