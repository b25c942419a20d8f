# misconception: the features are converted to float32
# loses: features_hidden
# %% features
def pair_features(u, v):
    return torch.cat([u, v, (u - v).abs(), u * v], dim=1).float()
