# misconception: 1 - f is computed from a rounded f
# loses: bias_for_hidden
# %% bias_for
def bias_for(steps):
    f = 0.5 ** (1 / steps)
    return math.log(f / (1 - f)) if f < 1 else math.inf
