# misconception: signs are made on the CPU
# loses: labels_extremes_hidden
# %% labels_loss
def multi_label_loss(logits, labels):
    signs = torch.ones(logits.shape, dtype=logits.dtype) - 2 * labels
    return nn.functional.softplus(signs * logits).sum(dim=1).mean()
