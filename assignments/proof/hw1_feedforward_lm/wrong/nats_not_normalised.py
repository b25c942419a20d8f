# misconception: the target's logit itself, without the sum over the vocabulary
# loses: mean_nats_test mean_nats_values_hidden mean_nats_extremes_hidden mean_nats_gradients_hidden
# %% mean_nats
def mean_nats(logits, targets):
    return -logits.gather(1, targets[:, None]).mean()
