# misconception: the sign is wrong: a long memory gets a shut gate
# loses: bias_for_test bias_for_hidden
# %% bias_for
def bias_for(steps):
    return math.log(math.expm1(math.log(2) / steps))
