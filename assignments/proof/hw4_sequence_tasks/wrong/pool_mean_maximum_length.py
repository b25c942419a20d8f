# misconception: the sum over the real words is divided by the width of the batch
# loses: pool_mean_test pool_mean_hidden
# %% pool_mean
def pool_mean(hs, lengths):
    real = torch.arange(hs.shape[1], device=hs.device) < lengths[:, None]
    return (hs * real[:, :, None]).mean(dim=1)
