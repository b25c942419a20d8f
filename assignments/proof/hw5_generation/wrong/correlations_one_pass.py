# misconception: the mean of the product minus the product of the means: nothing is left of it with large offsets
# loses: correlations_values_hidden
# %% correlations
def correlations(activations, feature):
    means, mean = activations.mean(dim=0), feature.mean()
    both = (activations * feature[:, None]).mean(dim=0) - means * mean
    spreads = ((activations**2).mean(dim=0) - means**2) * ((feature**2).mean() - mean**2)
    return torch.where(spreads > 0, both / spreads.where(spreads > 0, 1.0).sqrt(), 0.0)
