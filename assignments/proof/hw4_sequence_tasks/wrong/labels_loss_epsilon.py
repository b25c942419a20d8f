# misconception: an epsilon inside the log
# loses: labels_extremes_hidden
# %% labels_loss
def multi_label_loss(logits, labels):
    p = torch.sigmoid(logits)
    right = torch.where(labels > 0.5, p, 1 - p)
    return -(right + 1e-12).log().sum(dim=1).mean()
