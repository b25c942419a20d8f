# misconception: padding is counted as tokens
# loses: total_nats_test total_nats_hidden
# %% total_nats
def total_nats(logits, targets):
    keep = targets != -100
    log_probs = torch.log_softmax(logits, dim=-1)
    gold = log_probs.gather(-1, targets.clamp(min=0)[:, :, None])[:, :, 0]
    return -gold.masked_fill(~keep, 0.0).sum(), targets.numel()
