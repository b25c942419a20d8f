# variant: a loop over the rows; it asks for values, so the device check cannot judge it
# %% mean_nats
def mean_nats(logits, targets):
    total = 0
    for row, target in zip(logits, targets.tolist()):
        total = total + row.max() + (row - row.max()).exp().sum().log() - row[target]
    return total / len(targets)
