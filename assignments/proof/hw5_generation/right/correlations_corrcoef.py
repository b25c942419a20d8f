# variant: torch.corrcoef over cells and feature, 0 where either side is constant
# %% correlations
def correlations(activations, feature):
    both = torch.cat([activations, feature[:, None]], dim=1).T
    varies = both.amax(dim=1) > both.amin(dim=1)
    r = torch.corrcoef(both)[-1, :-1]
    return r.masked_fill(~(varies[:-1] & varies[-1]), 0.0)
