# misconception: the steps after which 1/e is left, not 1/2
# loses: half_life_test half_life_hidden
# %% half_life
def half_life(bias):
    return 1 / math.log1p(math.exp(-bias))
