# misconception: the mean of the batches' accuracies
# loses: accuracy_test accuracy_hidden
# %% accuracy
def tagging_accuracy(batches):
    shares = []
    for logits, targets in batches:
        real = targets != PADDING
        right = (logits.argmax(dim=2) == targets) & real
        shares.append(right.sum().item() / real.sum().item())
    return sum(shares) / len(shares)
