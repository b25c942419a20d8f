# misconception: padding is set to 0 in the given states
# loses: pool_mean_hidden pool_arguments_hidden
# %% pool_mean
def pool_mean(hs, lengths):
    real = torch.arange(hs.shape[1], device=hs.device) < lengths[:, None]
    hs *= real[:, :, None]
    return hs.sum(dim=1) / lengths[:, None]
