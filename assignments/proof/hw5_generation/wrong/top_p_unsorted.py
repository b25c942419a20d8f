# misconception: adds up in the order of the ids
# loses: top_p_test top_p_values_hidden top_p_crossing_hidden top_p_extremes_hidden
# %% top_p
def keep_top_p(logits, p):
    chances = torch.softmax(logits, dim=1)
    dropped = chances.cumsum(dim=1) - chances >= p
    dropped[:, 0] = False
    return logits.masked_fill(dropped, -math.inf)
