# misconception: padding is set to 0, which wins where all states are negative
# loses: pool_max_test pool_max_hidden
# %% pool_max
def pool_max(hs, lengths):
    real = torch.arange(hs.shape[1], device=hs.device) < lengths[:, None]
    return (hs * real[:, :, None]).amax(dim=1)
