# misconception: the logits are shifted in place
# loses: mean_nats_gradients_hidden mean_nats_device_hidden
# %% mean_nats
def mean_nats(logits, targets):
    logits -= logits.max(dim=1, keepdim=True).values
    return -torch.log_softmax(logits, dim=1).gather(1, targets[:, None]).mean()
