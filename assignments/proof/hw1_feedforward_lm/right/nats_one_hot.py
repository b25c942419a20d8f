# variant: a one-hot product and one sum
# %% mean_nats
def mean_nats(logits, targets):
    one_hot = nn.functional.one_hot(targets, logits.shape[1]).to(logits.dtype)
    return -(logits.log_softmax(1) * one_hot).sum() / len(targets)
