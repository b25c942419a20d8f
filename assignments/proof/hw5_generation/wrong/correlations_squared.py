# misconception: the share of explained variance, not the correlation
# loses: correlations_test correlations_values_hidden
# %% correlations
def correlations(activations, feature):
    cells, gold = activations - activations.mean(dim=0), feature - feature.mean()
    spread = cells.norm(dim=0) * gold.norm()
    return torch.where(spread > 0, (gold @ cells / spread.where(spread > 0, 1.0)) ** 2, 0.0)
