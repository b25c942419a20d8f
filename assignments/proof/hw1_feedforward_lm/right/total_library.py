# variant: PyTorch's cross_entropy with ignore_index, which this task allows
# %% total_nats
def total_nats(logits, targets):
    losses = nn.functional.cross_entropy(logits.transpose(1, 2), targets, reduction="none")
    return losses.sum(), int((targets != -100).sum())
