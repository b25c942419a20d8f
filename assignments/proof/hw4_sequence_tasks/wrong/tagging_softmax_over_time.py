# misconception: the softmax is taken over the steps
# loses: tagging_loss_test tagging_loss_hidden tagging_gradients_hidden
# %% tagging_loss
def tagging_loss(logits, targets):
    real = targets != PADDING
    chosen = logits.log_softmax(dim=1).gather(2, targets.clamp(min=0)[:, :, None])[:, :, 0]
    total = -torch.where(real, chosen, 0.0).sum()
    return total, total / real.sum()
