# misconception: all rows are read where the longest ends
# loses: pool_last_test pool_last_hidden
# %% pool_last
def pool_last(hs, lengths):
    return hs[:, int(lengths.max()) - 1]
