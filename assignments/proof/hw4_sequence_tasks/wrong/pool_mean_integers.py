# misconception: the division is one of integers
# loses: pool_mean_hidden
# %% pool_mean
def pool_mean(hs, lengths):
    real = torch.arange(hs.shape[1], device=hs.device) < lengths[:, None]
    return (hs * real[:, :, None]).sum(dim=1) // lengths[:, None]
