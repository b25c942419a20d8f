# misconception: everything with a probability below 1 - p is dropped
# loses: top_p_test top_p_values_hidden top_p_crossing_hidden top_p_extremes_hidden
# %% top_p
def keep_top_p(logits, p):
    chances = torch.softmax(logits, dim=1)
    low = (chances < 1 - p) & (chances < chances.amax(dim=1, keepdim=True))
    return logits.masked_fill(low, -math.inf)
