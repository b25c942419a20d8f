# misconception: the mean is computed from a number, so no gradient comes back from it
# loses: tagging_gradients_hidden
# %% tagging_loss
def tagging_loss(logits, targets):
    flat = logits.flatten(0, 1), targets.flatten()
    total = nn.functional.cross_entropy(*flat, reduction="sum")
    return total, total.detach() / (targets != PADDING).sum()
