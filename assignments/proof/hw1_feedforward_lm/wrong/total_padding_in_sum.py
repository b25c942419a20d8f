# misconception: the nats of padding are summed up, though it is not counted
# loses: total_nats_test total_nats_hidden total_nats_extremes_hidden
# %% total_nats
def total_nats(logits, targets):
    keep = targets != -100
    log_probs = torch.log_softmax(logits, dim=-1)
    gold = log_probs.gather(-1, targets.clamp(min=0)[:, :, None])[:, :, 0]
    return -gold.sum(), int(keep.sum())
