# variant: k times the largest of what is left
# %% top_k
def keep_top_k(logits, k):
    kept = torch.zeros_like(logits, dtype=torch.bool)
    for _ in range(min(k, logits.shape[1])):
        rest = logits.masked_fill(kept, -math.inf)
        kept = kept | nn.functional.one_hot(rest.argmax(dim=1), logits.shape[1]).bool()
    return torch.where(kept, logits, -math.inf)
