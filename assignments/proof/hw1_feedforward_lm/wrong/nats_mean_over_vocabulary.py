# misconception: the mean runs over the vocabulary too
# loses: mean_nats_test mean_nats_values_hidden mean_nats_extremes_hidden mean_nats_gradients_hidden
# %% mean_nats
def mean_nats(logits, targets):
    log_probs = torch.log_softmax(logits, dim=1)
    one_hot = nn.functional.one_hot(targets, logits.shape[1])
    return -(log_probs * one_hot).mean()
