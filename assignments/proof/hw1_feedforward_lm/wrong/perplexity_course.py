# misconception: the course's own `perplexity` does the task
# loses: perplexity_test
# %% perplexity
def perplexity(nats, tokens):
    from course_lib import metrics

    return metrics.perplexity(nats, tokens)
