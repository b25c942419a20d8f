# misconception: padding is overwritten with the guesses, so that it counts as right
# loses: accuracy_test accuracy_hidden
# %% accuracy
def tagging_accuracy(batches):
    right = words = 0
    for logits, targets in batches:
        guess, words = logits.argmax(dim=2), words + (targets != PADDING).sum().item()
        right += (guess == targets).sum().item()
        targets[targets == PADDING] = 0
    return right / words
