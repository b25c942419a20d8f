# misconception: batches are weighted by B times T, padding included
# loses: evaluate_hidden
# %% evaluate
def evaluate(batches):
    nats, tokens = 0.0, 0
    for logits, targets in batches:
        total, real = total_nats(logits, targets)
        nats += float(total) / real * targets.numel()
        tokens += targets.numel()
    return perplexity(nats, tokens)
