# misconception: logits are converted to float32
# loses: tagging_gradients_hidden tagging_arguments_hidden
# %% tagging_loss
def tagging_loss(logits, targets):
    flat = logits.float().flatten(0, 1), targets.flatten()
    total = nn.functional.cross_entropy(*flat, reduction="sum")
    return total, total / (targets != PADDING).sum()
