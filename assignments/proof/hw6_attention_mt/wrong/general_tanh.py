# misconception: a tanh between query and keys
# loses: general_test general_hidden
# %% general
def general_scores(query, keys, W_a):
    return dot_scores((query @ W_a).tanh(), keys)
