# variant: the mask as a factor
# %% total_nats
def total_nats(logits, targets):
    keep = targets.ne(-100)
    words = torch.where(keep, targets, torch.zeros_like(targets))
    losses = -logits.log_softmax(2).gather(2, words.unsqueeze(2)).squeeze(2)
    return (losses * keep).sum(), keep.sum()
