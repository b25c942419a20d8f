# variant: a local variable with the name of what is forbidden
# %% mean_nats
def mean_nats(logits, targets):
    log_probs = torch.log_softmax(logits, dim=1)
    cross_entropy = -log_probs.gather(1, targets.unsqueeze(1)).squeeze(1)
    return cross_entropy.mean()
