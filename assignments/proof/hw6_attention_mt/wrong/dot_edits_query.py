# misconception: the given query is scaled in place
# loses: dot_hidden scores_arguments_hidden
# %% dot
def dot_scores(query, keys, scaled=False):
    if scaled:
        query /= query.shape[2] ** 0.5
    return query @ keys.transpose(1, 2)
