# misconception: padding counts as guessed right
# loses: accuracy_test accuracy_hidden
# %% accuracy
def tagging_accuracy(batches):
    right = sum(((z.argmax(dim=2) == y) | (y < 0)).sum().item() for z, y in batches)
    return right / sum(y.numel() for _, y in batches)
