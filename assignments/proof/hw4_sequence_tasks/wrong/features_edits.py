# misconception: the difference is made absolute in place, in u
# loses: features_hidden
# %% features
def pair_features(u, v):
    product, first = u * v, u.clone()
    difference = u.sub_(v).abs()
    return torch.cat([first, v, difference, product], dim=1)
