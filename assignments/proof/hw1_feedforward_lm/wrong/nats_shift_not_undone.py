# misconception: the largest logit is subtracted in the sum only
# loses: mean_nats_test mean_nats_values_hidden mean_nats_extremes_hidden mean_nats_gradients_hidden
# %% mean_nats
def mean_nats(logits, targets):
    highest = logits.max(dim=1, keepdim=True).values
    log_probs = logits - (logits - highest).exp().sum(dim=1, keepdim=True).log()
    return -log_probs.gather(1, targets[:, None]).mean()
