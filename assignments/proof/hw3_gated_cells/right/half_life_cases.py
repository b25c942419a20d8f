# variant: two formulas, one for each sign
# %% half_life
def half_life(bias):
    if bias > 0:
        return math.log(0.5) / -math.log1p(math.exp(-bias))
    return math.log(2) / (math.log1p(math.exp(bias)) - bias)
