# misconception: N - 1 in the spreads and N in the product
# loses: correlations_test correlations_values_hidden
# %% correlations
def correlations(activations, feature):
    cells, gold = activations - activations.mean(dim=0), feature - feature.mean()
    spread = activations.std(dim=0) * feature.std()
    return torch.where(spread > 0, gold @ cells / len(feature) / spread.where(spread > 0, 1.0), 0.0)
