# misconception: the sum has to exceed p; reaching it exactly is not enough
# loses: top_p_crossing_hidden
# %% top_p
def keep_top_p(logits, p):
    sorted_logits, order = torch.sort(logits, descending=True, stable=True)
    cum = torch.cumsum(sorted_logits.softmax(-1), -1)
    remove = cum > p
    remove[..., 1:] = remove[..., :-1].clone()
    remove[..., 0] = False
    return logits.masked_fill(remove.scatter(1, order, remove), -math.inf)
