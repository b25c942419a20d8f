# misconception: a tensor is returned instead of a float
# loses: accuracy_hidden
# %% accuracy
def tagging_accuracy(batches):
    right = sum((z.argmax(dim=2) == y).sum() for z, y in batches)
    return right / sum((y != PADDING).sum() for _, y in batches)
