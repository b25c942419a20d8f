# variant: tags on the second axis, a list is returned
# %% tagging_loss
def tagging_loss(logits, targets):
    nats = nn.functional.cross_entropy(logits.transpose(1, 2), targets, reduction="none")
    real = targets.ne(PADDING)
    return [nats.sum(), nats.sum() / real.sum()]
# %% accuracy
def tagging_accuracy(batches):
    guesses = torch.cat([z.flatten(0, 1).argmax(-1) for z, _ in batches])
    tags = torch.cat([y.flatten() for _, y in batches])
    return (guesses == tags)[tags != PADDING].double().mean().item()
