# misconception: the mean is taken over all columns, padding among them
# loses: pool_mean_test pool_mean_hidden
# %% pool_mean
def pool_mean(hs, lengths):
    return hs.mean(dim=1)
