# misconception: the mean is subtracted from the given activations in place
# loses: correlations_arguments_hidden
# %% correlations
def correlations(activations, feature):
    activations -= activations.mean(dim=0)
    cells, gold = activations, feature - feature.mean()
    spread = cells.norm(dim=0) * gold.norm()
    return torch.where(spread > 0, gold @ cells / spread.where(spread > 0, 1.0), 0.0)
