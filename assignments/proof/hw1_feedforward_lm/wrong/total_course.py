# misconception: the course's own `total_nats` does the task
# loses: total_nats_test total_nats_extremes_hidden
# %% total_nats
def total_nats(logits, targets):
    from course_lib import metrics

    return metrics.total_nats(logits, targets)
