# misconception: only the last batch counts
# loses: evaluate_test evaluate_hidden
# %% evaluate
def evaluate(batches):
    totals = [total_nats(logits, targets) for logits, targets in batches]
    nats, tokens = totals[-1]
    return perplexity(float(nats), tokens)
