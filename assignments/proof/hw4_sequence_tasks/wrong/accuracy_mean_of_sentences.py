# misconception: the mean of the sentences' accuracies
# loses: accuracy_test accuracy_hidden
# %% accuracy
def tagging_accuracy(batches):
    shares = []
    for logits, targets in batches:
        for scores, tags in zip(logits, targets, strict=True):
            real = tags != PADDING
            shares.append((scores.argmax(dim=1) == tags)[real].double().mean().item())
    return sum(shares) / len(shares)
