# misconception: queries and keys are normalised
# loses: dot_test dot_hidden
# %% dot
def dot_scores(query, keys, scaled=False):
    products = torch.cosine_similarity(query[:, :, None], keys[:, None], dim=3)
    return products * query.shape[2] ** -0.5 if scaled else products
