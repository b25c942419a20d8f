# misconception: all tokens as likely as the last one needed are kept too
# loses: top_p_test top_p_crossing_hidden
# %% top_p
def keep_top_p(logits, p):
    chances, _ = torch.softmax(logits, dim=1).sort(dim=1, descending=True)
    needed = (chances.cumsum(dim=1) - chances < p).sum(dim=1, keepdim=True).clamp(min=1)
    least = chances.gather(1, needed - 1)
    return logits.masked_fill(torch.softmax(logits, dim=1) < least * (1 - 1e-12), -math.inf)
