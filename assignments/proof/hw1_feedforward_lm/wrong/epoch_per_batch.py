# misconception: the sum of nats is divided by the number of batches
# loses: evaluate_test evaluate_hidden
# %% evaluate
def evaluate(batches):
    totals = [total_nats(logits, targets) for logits, targets in batches]
    return perplexity(sum(float(nats) for nats, _ in totals), len(batches))
