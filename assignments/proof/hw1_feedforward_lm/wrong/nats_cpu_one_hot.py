# misconception: a one-hot tensor is made on the CPU
# loses: mean_nats_device_hidden
# %% mean_nats
def mean_nats(logits, targets):
    one_hot = torch.zeros(logits.shape, dtype=logits.dtype)
    one_hot[torch.arange(len(targets)), targets] = 1
    return -(torch.log_softmax(logits, dim=1) * one_hot).sum() / len(targets)
