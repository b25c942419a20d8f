# misconception: every row is read at the last word of every row
# loses: pool_last_test pool_last_hidden
# %% pool_last
def pool_last(hs, lengths):
    return hs[:, lengths - 1]
