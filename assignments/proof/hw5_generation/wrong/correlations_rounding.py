# misconception: a constant is known by its 0 / 0 alone; what rounding leaves of it correlates
# loses: correlations_values_hidden
# %% correlations
def correlations(activations, feature):
    both = torch.cat([activations, feature[:, None]], dim=1).T
    return torch.corrcoef(both)[-1, :-1].nan_to_num(0.0)
