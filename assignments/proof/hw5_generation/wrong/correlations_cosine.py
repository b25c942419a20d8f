# misconception: means are not subtracted
# loses: correlations_test correlations_values_hidden
# %% correlations
def correlations(activations, feature):
    cells, gold = activations, feature
    spread = cells.norm(dim=0) * gold.norm()
    return torch.where(spread > 0, gold @ cells / spread.where(spread > 0, 1.0), 0.0)
