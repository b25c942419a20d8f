# misconception: float64 logits are converted to float32
# loses: mean_nats_device_hidden
# %% mean_nats
def mean_nats(logits, targets):
    log_probs = torch.log_softmax(logits.float(), dim=1)
    return -log_probs.gather(1, targets[:, None]).mean()
