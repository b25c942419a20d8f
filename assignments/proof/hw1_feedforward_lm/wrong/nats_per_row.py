# misconception: one loss a row, no mean
# loses: mean_nats_test mean_nats_values_hidden mean_nats_extremes_hidden mean_nats_gradients_hidden
# %% mean_nats
def mean_nats(logits, targets):
    return -torch.log_softmax(logits, dim=1).gather(1, targets[:, None])[:, 0]
