# variant: multiplied and summed
# %% dot
def dot_scores(query, keys, scaled=False):
    scores = (query[:, :, None] * keys[:, None]).sum(-1)
    if scaled:
        scores = scores / query.size(-1) ** 0.5
    return scores
