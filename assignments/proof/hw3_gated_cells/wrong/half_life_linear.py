# misconception: each step loses as much as the first: 1/2 over 1 - f
# loses: half_life_test half_life_hidden
# %% half_life
def half_life(bias):
    return 0.5 / (1 / (1 + math.exp(bias)))
