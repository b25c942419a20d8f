# misconception: 0 / 0 for a constant cell
# loses: correlations_test correlations_values_hidden
# %% correlations
def correlations(activations, feature):
    cells, gold = activations - activations.mean(dim=0), feature - feature.mean()
    spread = cells.norm(dim=0) * gold.norm()
    return gold @ cells / spread
