# misconception: the sum over the batch instead of the mean
# loses: mean_nats_test mean_nats_values_hidden mean_nats_extremes_hidden mean_nats_gradients_hidden
# %% mean_nats
def mean_nats(logits, targets):
    log_probs = torch.log_softmax(logits, dim=1)
    return -log_probs.gather(1, targets[:, None]).sum()
