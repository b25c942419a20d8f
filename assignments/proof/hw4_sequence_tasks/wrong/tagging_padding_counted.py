# misconception: padding is a tag like any other, the first one
# loses: tagging_loss_test tagging_loss_hidden tagging_gradients_hidden
# %% tagging_loss
def tagging_loss(logits, targets):
    flat = logits.flatten(0, 1), targets.clamp(min=0).flatten()
    total = nn.functional.cross_entropy(*flat, reduction="sum")
    return total, total / targets.numel()
