# misconception: the argmax is taken over the batch
# loses: accuracy_test accuracy_hidden
# %% accuracy
def tagging_accuracy(batches):
    right = words = 0
    for logits, targets in batches:
        guess = logits.argmax(dim=0, keepdim=True).expand(logits.shape)
        right += (guess[:, :, 0] == targets).sum().item()
        words += (targets != PADDING).sum().item()
    return right / words
