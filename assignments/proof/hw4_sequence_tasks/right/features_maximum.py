# variant: the difference as maximum minus minimum, filled into one tensor
# %% features
def pair_features(u, v):
    W = u.shape[1]
    result = u.new_empty(len(u), 4 * W)
    result[:, :W], result[:, W : 2 * W] = u, v
    result[:, 2 * W : 3 * W] = torch.maximum(u, v) - torch.minimum(u, v)
    result[:, 3 * W :] = u.mul(v)
    return result
