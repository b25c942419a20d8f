# misconception: the mean of the sentences' means
# loses: tagging_loss_test tagging_loss_hidden tagging_gradients_hidden
# %% tagging_loss
def tagging_loss(logits, targets):
    nats = nn.functional.cross_entropy(logits.transpose(1, 2), targets, reduction="none")
    words = (targets != PADDING).sum(dim=1)
    real = words > 0
    return nats.sum(), (nats.sum(dim=1)[real] / words[real]).mean()
