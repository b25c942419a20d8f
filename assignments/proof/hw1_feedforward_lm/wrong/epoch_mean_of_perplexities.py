# misconception: exp for each batch, then the mean
# loses: evaluate_test evaluate_hidden
# %% evaluate
def evaluate(batches):
    totals = [total_nats(logits, targets) for logits, targets in batches]
    return float(np.mean([perplexity(float(nats), n) for nats, n in totals]))
