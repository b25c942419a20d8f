# variant: torch.corrcoef over cells and feature, NaN put to 0
# %% correlations
def correlations(activations, feature):
    both = torch.cat([activations, feature[:, None]], dim=1).T
    return torch.corrcoef(both)[-1, :-1].nan_to_num(0.0)
