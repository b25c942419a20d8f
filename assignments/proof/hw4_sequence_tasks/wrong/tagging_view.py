# misconception: `view` puts the tags where cross-entropy wants them, and mixes words and tags
# loses: tagging_loss_test tagging_loss_hidden tagging_gradients_hidden
# %% tagging_loss
def tagging_loss(logits, targets):
    B, T, C = logits.shape
    nats = nn.functional.cross_entropy(logits.reshape(B, C, T), targets, reduction="none")
    return nats.sum(), nats.sum() / (targets != PADDING).sum()
