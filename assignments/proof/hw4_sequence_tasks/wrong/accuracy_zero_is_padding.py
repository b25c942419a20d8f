# misconception: words with tag 0 are not counted
# loses: accuracy_test accuracy_hidden
# %% accuracy
def tagging_accuracy(batches):
    right = sum(((z.argmax(dim=2) == y) & (y > 0)).sum().item() for z, y in batches)
    return right / sum((y > 0).sum().item() for _, y in batches)
