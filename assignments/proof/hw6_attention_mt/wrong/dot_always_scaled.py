# misconception: scaled, asked or not
# loses: dot_test dot_hidden
# %% dot
def dot_scores(query, keys, scaled=False):
    products = query @ keys.transpose(1, 2)
    return products * query.shape[2] ** -0.5
