# misconception: the sum is kept in float32
# loses: total_nats_extremes_hidden
# %% total_nats
def total_nats(logits, targets):
    keep = targets != -100
    log_probs = torch.log_softmax(logits.float(), dim=-1)
    gold = log_probs.gather(-1, targets.clamp(min=0)[:, :, None])[:, :, 0]
    return -gold.masked_fill(~keep, 0.0).sum(), int(keep.sum())
