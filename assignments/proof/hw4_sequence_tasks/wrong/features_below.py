# misconception: the four are put below each other and reshaped, which mixes the pairs
# loses: features_hidden
# %% features
def pair_features(u, v):
    return torch.cat([u, v, (u - v).abs(), u * v]).reshape(len(u), -1)
