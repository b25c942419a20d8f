# misconception: steps are rounded up to whole ones
# loses: half_life_test half_life_hidden
# %% half_life
def half_life(bias):
    return float(math.ceil(math.log(2) / math.log1p(math.exp(-bias))))
