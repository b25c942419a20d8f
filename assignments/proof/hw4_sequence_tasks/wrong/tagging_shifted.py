# misconception: targets are shifted by one, as for a language model
# loses: tagging_loss_test tagging_loss_hidden tagging_gradients_hidden
# %% tagging_loss
def tagging_loss(logits, targets):
    flat = logits[:, :-1].flatten(0, 1), targets[:, 1:].flatten()
    total = nn.functional.cross_entropy(*flat, reduction="sum")
    return total, total / (targets[:, 1:] != PADDING).sum()
