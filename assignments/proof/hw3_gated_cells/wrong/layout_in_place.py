# misconception: the given weights are rearranged in place
# loses: layout_test layout_hidden
# %% layout
def as_pytorch(stacked):
    H = len(stacked) // 3
    z, r = -stacked[:H], stacked[H : 2 * H].clone()
    stacked[:H], stacked[H : 2 * H] = r, z
    return stacked
