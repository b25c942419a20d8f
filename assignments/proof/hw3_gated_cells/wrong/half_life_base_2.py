# misconception: log base 2 of one number and natural log of the other
# loses: half_life_test half_life_hidden
# %% half_life
def half_life(bias):
    return math.log2(2) / math.log1p(math.exp(-bias))
