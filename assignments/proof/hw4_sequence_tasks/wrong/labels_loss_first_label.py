# misconception: the first label of each example is its class
# loses: labels_loss_test labels_loss_hidden labels_extremes_hidden
# %% labels_loss
def multi_label_loss(logits, labels):
    return nn.functional.cross_entropy(logits, labels.argmax(dim=1))
