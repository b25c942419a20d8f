# misconception: everything with at least p times the largest probability is kept
# loses: top_p_test top_p_values_hidden top_p_crossing_hidden top_p_extremes_hidden
# %% top_p
def keep_top_p(logits, p):
    chances = torch.softmax(logits, dim=1)
    return logits.masked_fill(chances < p * chances.amax(dim=1, keepdim=True), -math.inf)
