# misconception: the given logits are filled in place (`keep_top_p`)
# loses: top_p_arguments_hidden
# %% top_p
def keep_top_p(logits, p):
    ranked = logits.argsort(dim=1, descending=True, stable=True)
    chances = torch.softmax(logits, dim=1).gather(1, ranked)
    dropped = chances.cumsum(dim=1) - chances >= p  # enough without it
    dropped = torch.cat([torch.zeros_like(dropped[:, :1]), dropped[:, 1:]], dim=1)
    return logits.masked_fill_(torch.zeros_like(dropped).scatter(1, ranked, dropped), -math.inf)
