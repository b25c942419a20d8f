# misconception: the product is missing
# loses: features_test features_hidden
# %% features
def pair_features(u, v):
    return torch.cat([u, v, (u - v).abs()], dim=1)
