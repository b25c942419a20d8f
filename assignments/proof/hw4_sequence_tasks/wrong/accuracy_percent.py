# misconception: a percentage instead of a share
# loses: accuracy_test accuracy_hidden
# %% accuracy
def tagging_accuracy(batches):
    right = sum((z.argmax(dim=2) == y).sum().item() for z, y in batches)
    return 100 * right / sum((y != PADDING).sum().item() for _, y in batches)
