# misconception: one spread for all cells together
# loses: correlations_test correlations_values_hidden
# %% correlations
def correlations(activations, feature):
    cells, gold = activations - activations.mean(dim=0), feature - feature.mean()
    spread = cells.norm().expand(cells.shape[1]) * gold.norm()
    return torch.where(spread > 0, gold @ cells / spread.where(spread > 0, 1.0), 0.0)
