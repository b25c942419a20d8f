# misconception: the direction is lost
# loses: correlations_test correlations_values_hidden
# %% correlations
def correlations(activations, feature):
    cells, gold = activations - activations.mean(dim=0), feature - feature.mean()
    spread = cells.norm(dim=0) * gold.norm()
    return torch.where(spread > 0, (gold @ cells).abs() / spread.where(spread > 0, 1.0), 0.0)
