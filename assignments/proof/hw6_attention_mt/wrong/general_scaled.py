# misconception: scaled as well
# loses: general_test general_hidden
# %% general
def general_scores(query, keys, W_a):
    return dot_scores(query @ W_a, keys, scaled=True)
