# misconception: as many tokens are kept in every row as the first row needs
# loses: top_p_values_hidden top_p_extremes_hidden top_p_test
# %% top_p
def keep_top_p(logits, p):
    ranked = logits.argsort(dim=1, descending=True, stable=True)
    chances = torch.softmax(logits, dim=1).gather(1, ranked)
    number = max(1, int((chances[0].cumsum(0) - chances[0] < p).sum()))
    return logits.scatter(1, ranked[:, number:], -math.inf)
