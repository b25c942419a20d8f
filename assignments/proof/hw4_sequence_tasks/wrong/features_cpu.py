# misconception: the parts are filled into a tensor on the CPU
# loses: features_hidden
# %% features
def pair_features(u, v):
    result = torch.zeros(len(u), 4 * u.shape[1], dtype=u.dtype)
    for k, part in enumerate([u, v, (u - v).abs(), u * v]):
        result[:, k * u.shape[1] : (k + 1) * u.shape[1]] = part
    return result
