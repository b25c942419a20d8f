# misconception: the sum of the sentences' means instead of the sum over words
# loses: tagging_loss_test tagging_loss_hidden tagging_gradients_hidden
# %% tagging_loss
def tagging_loss(logits, targets):
    nats = nn.functional.cross_entropy(logits.transpose(1, 2), targets, reduction="none")
    words = (targets != PADDING).sum(dim=1)
    total = (nats.sum(dim=1) / words.clamp(min=1)).sum()
    return total, nats.sum() / words.sum()
