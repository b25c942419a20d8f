# variant: boolean indexing keeps real tokens only
# %% total_nats
def total_nats(logits, targets):
    real = targets != -100
    chosen, gold = logits[real], targets[real]
    losses = chosen.logsumexp(dim=1) - chosen[range(len(gold)), gold]
    return losses.sum(), len(gold)
