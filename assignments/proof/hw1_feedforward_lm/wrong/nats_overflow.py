# misconception: exp of large logits overflows
# loses: mean_nats_extremes_hidden
# %% mean_nats
def mean_nats(logits, targets):
    probs = logits.exp() / logits.exp().sum(dim=1, keepdim=True)
    return -probs.gather(1, targets[:, None]).log().mean()
