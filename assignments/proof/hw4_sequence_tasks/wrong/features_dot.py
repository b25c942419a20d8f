# misconception: the product is summed to one number, repeated
# loses: features_test features_hidden
# %% features
def pair_features(u, v):
    dot = (u * v).sum(dim=1, keepdim=True).expand_as(u)
    return torch.cat([u, v, (u - v).abs(), dot], dim=1)
