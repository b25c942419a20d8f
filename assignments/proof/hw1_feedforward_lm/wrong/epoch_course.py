# misconception: the course's own totals and perplexity do the task
# loses: evaluate_test
# %% evaluate
def evaluate(batches):
    from course_lib import metrics

    totals = [metrics.total_nats(logits, targets) for logits, targets in batches]
    return metrics.perplexity(sum(nats for nats, _ in totals), sum(n for _, n in totals))
