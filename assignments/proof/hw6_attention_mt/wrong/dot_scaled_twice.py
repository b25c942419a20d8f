# misconception: queries and keys are both divided by the root
# loses: dot_test dot_hidden
# %% dot
def dot_scores(query, keys, scaled=False):
    root = query.shape[2] ** 0.5 if scaled else 1.0
    return (query / root) @ (keys / root).transpose(1, 2)
