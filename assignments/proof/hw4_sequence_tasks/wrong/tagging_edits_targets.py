# misconception: padding is replaced in the given targets
# loses: tagging_gradients_hidden tagging_arguments_hidden
# %% tagging_loss
def tagging_loss(logits, targets):
    real = targets != PADDING
    targets[~real] = 0
    nats = nn.functional.cross_entropy(logits.transpose(1, 2), targets, reduction="none")
    total = torch.where(real, nats, 0.0).sum()
    return total, total / real.sum()
