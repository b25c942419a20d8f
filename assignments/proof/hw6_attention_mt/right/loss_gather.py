# variant: gathered from the log-softmax, count as an int
# %% loss
def translation_loss(logits, targets):
    real = targets != IGNORED
    log_probs = logits.log_softmax(-1)
    gold = log_probs.gather(2, targets.masked_fill(~real, 0).unsqueeze(2)).squeeze(2)
    return -(gold * real).sum(), int(real.sum())
