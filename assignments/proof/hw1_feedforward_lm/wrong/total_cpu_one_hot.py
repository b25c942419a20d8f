# misconception: one-hot rows are made on the CPU
# loses: total_nats_extremes_hidden
# %% total_nats
def total_nats(logits, targets):
    keep = targets != -100
    log_probs = torch.log_softmax(logits, dim=-1)
    one_hot = torch.eye(logits.shape[-1], dtype=logits.dtype)[targets.clamp(min=0)]
    gold = (log_probs * one_hot).sum(dim=-1)
    return -gold.masked_fill(~keep, 0.0).sum(), int(keep.sum())
