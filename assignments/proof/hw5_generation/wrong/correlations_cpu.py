# misconception: results are collected in a tensor on the CPU
# loses: correlations_arguments_hidden
# %% correlations
def correlations(activations, feature):
    r, gold = torch.zeros(activations.shape[1], dtype=activations.dtype), feature - feature.mean()
    cells = activations - activations.mean(dim=0)
    spread = cells.norm(dim=0) * gold.norm()
    return r + torch.where(spread > 0, gold @ cells / spread.where(spread > 0, 1.0), 0.0)
