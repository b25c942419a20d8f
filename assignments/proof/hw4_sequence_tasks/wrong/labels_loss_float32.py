# misconception: logits and labels are converted to float32
# loses: labels_loss_hidden
# %% labels_loss
def multi_label_loss(logits, labels):
    bce = nn.functional.binary_cross_entropy_with_logits
    return bce(logits.float(), labels.float(), reduction="none").sum(dim=1).mean()
