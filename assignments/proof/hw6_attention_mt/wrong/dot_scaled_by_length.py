# misconception: scaled by the number of keys
# loses: dot_test dot_hidden
# %% dot
def dot_scores(query, keys, scaled=False):
    products = query @ keys.transpose(1, 2)
    return products * keys.shape[1] ** -0.5 if scaled else products
