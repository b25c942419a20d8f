# misconception: a sum where the product belongs
# loses: features_test features_hidden
# %% features
def pair_features(u, v):
    return torch.cat([u, v, (u - v).abs(), u + v], dim=1)
