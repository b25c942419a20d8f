# misconception: a small number is added inside the log to hide log(0)
# loses: mean_nats_extremes_hidden
# %% mean_nats
def mean_nats(logits, targets):
    probs = torch.softmax(logits, dim=1)
    return -(probs.gather(1, targets[:, None]) + 1e-12).log().mean()
