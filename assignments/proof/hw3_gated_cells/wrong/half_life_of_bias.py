# misconception: the bias itself is taken for the gate
# loses: half_life_test half_life_hidden
# %% half_life
def half_life(bias):
    return math.log(0.5) / math.log(abs(bias) + 1e-9)
