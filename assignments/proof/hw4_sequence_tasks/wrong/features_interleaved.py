# misconception: the four parts of each number stand side by side
# loses: features_test features_hidden
# %% features
def pair_features(u, v):
    return torch.stack([u, v, (u - v).abs(), u * v], dim=2).flatten(1)
