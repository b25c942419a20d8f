# misconception: the difference keeps its sign
# loses: features_test features_hidden
# %% features
def pair_features(u, v):
    return torch.cat([u, v, u - v, u * v], dim=1)
