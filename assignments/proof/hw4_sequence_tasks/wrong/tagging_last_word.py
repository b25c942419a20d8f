# misconception: only the last real word of each sentence counts
# loses: tagging_loss_test tagging_loss_hidden tagging_gradients_hidden
# %% tagging_loss
def tagging_loss(logits, targets):
    real = targets != PADDING
    last = real & (real.cumsum(1) == real.sum(1, keepdim=True))
    flat = logits.flatten(0, 1), torch.where(last, targets, PADDING).flatten()
    total = nn.functional.cross_entropy(*flat, reduction="sum")
    return total, total / last.sum()
