# misconception: `view` where a transpose is due: (B, T, V) read as (B, V, T)
# loses: total_nats_hidden total_nats_extremes_hidden
# %% total_nats
def total_nats(logits, targets):
    B, T, V = logits.shape
    losses = nn.functional.cross_entropy(logits.reshape(B, V, T), targets, reduction="none")
    return losses.sum(), int((targets != -100).sum())
