# misconception: scores (B, S, T)
# loses: dot_test dot_hidden
# %% dot
def dot_scores(query, keys, scaled=False):
    products = keys @ query.transpose(1, 2)
    return products * query.shape[2] ** -0.5 if scaled else products
