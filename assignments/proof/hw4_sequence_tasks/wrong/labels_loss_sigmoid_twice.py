# misconception: the sigmoid is taken twice
# loses: labels_loss_test labels_loss_hidden labels_extremes_hidden
# %% labels_loss
def multi_label_loss(logits, labels):
    bce = nn.functional.binary_cross_entropy_with_logits
    return bce(torch.sigmoid(logits), labels, reduction="none").sum(dim=1).mean()
