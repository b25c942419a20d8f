# misconception: the course's own features do the work
# loses: features_test features_hidden
# %% features
def pair_features(u, v):
    from course_lib import pairs

    return pairs.pair_features(u, v)
