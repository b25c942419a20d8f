# misconception: f is 1 - 1 / (2 steps), as if each step lost as much as the first
# loses: bias_for_test bias_for_hidden
# %% bias_for
def bias_for(steps):
    lost = 0.5 / steps
    return math.log((1 - lost) / lost)
