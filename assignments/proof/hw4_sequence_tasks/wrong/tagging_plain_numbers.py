# misconception: the losses are plain numbers without a graph
# loses: tagging_gradients_hidden
# %% tagging_loss
def tagging_loss(logits, targets):
    flat = logits.flatten(0, 1), targets.flatten()
    total = nn.functional.cross_entropy(*flat, reduction="sum").detach()
    return total, total / (targets != PADDING).sum()
