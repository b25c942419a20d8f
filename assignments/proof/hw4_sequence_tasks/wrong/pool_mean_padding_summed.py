# misconception: padding is summed, but not counted
# loses: pool_mean_test pool_mean_hidden
# %% pool_mean
def pool_mean(hs, lengths):
    return hs.sum(dim=1) / lengths[:, None]
