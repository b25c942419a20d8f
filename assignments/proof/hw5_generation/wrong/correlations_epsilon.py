# misconception: a small number in the denominator biases every correlation
# loses: correlations_test correlations_values_hidden
# %% correlations
def correlations(activations, feature):
    cells, gold = activations - activations.mean(dim=0), feature - feature.mean()
    spread = cells.norm(dim=0) * gold.norm()
    return gold @ cells / (spread + 0.01)
