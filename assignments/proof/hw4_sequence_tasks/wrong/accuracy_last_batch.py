# misconception: only the last batch is returned
# loses: accuracy_test accuracy_hidden
# %% accuracy
def tagging_accuracy(batches):
    for logits, targets in batches:
        real = targets != PADDING
        share = (logits.argmax(dim=2) == targets)[real].double().mean().item()
    return share
