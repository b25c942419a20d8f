# misconception: the square of the difference
# loses: features_test features_hidden
# %% features
def pair_features(u, v):
    return torch.cat([u, v, (u - v) ** 2, u * v], dim=1)
