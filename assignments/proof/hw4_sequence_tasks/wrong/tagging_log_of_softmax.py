# misconception: the log of a softmax, whose small entries are 0
# loses: tagging_gradients_hidden
# %% tagging_loss
def tagging_loss(logits, targets):
    real = targets != PADDING
    chosen = logits.softmax(dim=2).gather(2, targets.clamp(min=0)[:, :, None])[:, :, 0].log()
    total = -torch.where(real, chosen, 0.0).sum()
    return total, total / real.sum()
