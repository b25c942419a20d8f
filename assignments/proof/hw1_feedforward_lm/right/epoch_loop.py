# variant: a running sum
# %% evaluate
def evaluate(batches):
    nats, tokens = 0.0, 0
    for logits, targets in batches:
        some, count = total_nats(logits, targets)
        nats = nats + some.item()
        tokens = tokens + int(count)
    return perplexity(nats, tokens)
