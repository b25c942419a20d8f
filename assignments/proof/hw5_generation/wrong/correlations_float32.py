# misconception: converts to single precision (`correlations`)
# loses: correlations_values_hidden correlations_arguments_hidden
# %% correlations
def correlations(activations, feature):
    activations, feature = activations.float(), feature.float()
    cells, gold = activations - activations.mean(dim=0), feature - feature.mean()
    spread = cells.norm(dim=0) * gold.norm()
    return torch.where(spread > 0, gold @ cells / spread.where(spread > 0, 1.0), 0.0)
