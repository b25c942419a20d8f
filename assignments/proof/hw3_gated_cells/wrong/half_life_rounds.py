# misconception: f is rounded to 1 for large biases, and its log is 0
# loses: half_life_hidden
# %% half_life
def half_life(bias):
    f = 1 / (1 + math.exp(-bias))
    return math.log(0.5) / math.log(f) if f < 1 else math.inf
