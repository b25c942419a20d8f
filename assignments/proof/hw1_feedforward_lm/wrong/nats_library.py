# misconception: PyTorch's cross_entropy instead of one's own
# loses: mean_nats_test
# %% mean_nats
def mean_nats(logits, targets):
    return nn.functional.cross_entropy(logits, targets)
