# misconception: perplexities of batches, weighted by their tokens
# loses: evaluate_test evaluate_hidden
# %% evaluate
def evaluate(batches):
    totals = [total_nats(logits, targets) for logits, targets in batches]
    total = sum(n for _, n in totals)
    return sum(perplexity(float(nats), n) * n for nats, n in totals) / total
