# misconception: the mean of batch means
# loses: evaluate_test evaluate_hidden
# %% evaluate
def evaluate(batches):
    totals = [total_nats(logits, targets) for logits, targets in batches]
    return float(np.exp(np.mean([float(nats) / n for nats, n in totals])))
