# misconception: only the labels that are there count
# loses: labels_loss_test labels_loss_hidden labels_extremes_hidden
# %% labels_loss
def multi_label_loss(logits, labels):
    return -(labels * nn.functional.logsigmoid(logits)).sum(dim=1).mean()
