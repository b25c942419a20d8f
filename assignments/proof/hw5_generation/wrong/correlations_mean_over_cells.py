# misconception: the mean of each moment is subtracted, not that of each cell
# loses: correlations_test correlations_values_hidden
# %% correlations
def correlations(activations, feature):
    cells, gold = activations - activations.mean(dim=1, keepdim=True), feature - feature.mean()
    spread = cells.norm(dim=0) * gold.norm()
    return torch.where(spread > 0, gold @ cells / spread.where(spread > 0, 1.0), 0.0)
