# misconception: p = 0 keeps nothing at all
# loses: top_p_test top_p_extremes_hidden
# %% top_p
def keep_top_p(logits, p):
    ranked = logits.argsort(dim=1, descending=True, stable=True)
    chances = torch.softmax(logits, dim=1).gather(1, ranked)
    dropped = chances.cumsum(dim=1) - chances >= p
    return logits.masked_fill(torch.zeros_like(dropped).scatter(1, ranked, dropped), -math.inf)
