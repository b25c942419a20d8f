# misconception: the argmax is taken over the steps
# loses: accuracy_test accuracy_hidden
# %% accuracy
def tagging_accuracy(batches):
    right = words = 0
    for logits, targets in batches:
        guess = logits.argmax(dim=1, keepdim=True).expand(logits.shape)
        right += (guess[:, :, 0] == targets).sum().item()
        words += (targets != PADDING).sum().item()
    return right / words
