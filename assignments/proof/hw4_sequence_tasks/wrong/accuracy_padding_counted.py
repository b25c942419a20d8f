# misconception: padding counts as a wrong guess
# loses: accuracy_test accuracy_hidden
# %% accuracy
def tagging_accuracy(batches):
    right = sum((z.argmax(dim=2) == y).sum().item() for z, y in batches)
    return right / sum(y.numel() for _, y in batches)
