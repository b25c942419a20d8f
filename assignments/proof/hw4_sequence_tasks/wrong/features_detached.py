# misconception: v is a fixed reference, without a gradient
# loses: features_hidden
# %% features
def pair_features(u, v):
    v = v.detach()
    return torch.cat([u, v, (u - v).abs(), u * v], dim=1)
