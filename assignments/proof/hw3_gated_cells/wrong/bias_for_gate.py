# misconception: the gate is returned, not its bias
# loses: bias_for_test bias_for_hidden
# %% bias_for
def bias_for(steps):
    return 0.5 ** (1 / steps)
