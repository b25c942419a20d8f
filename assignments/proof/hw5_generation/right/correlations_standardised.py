# variant: the mean product of standardised numbers
# %% correlations
def correlations(activations, feature):
    def standard(x):
        spread = x.std(dim=0, correction=0)
        return (x - x.mean(dim=0)) / torch.where(spread == 0, 1, spread)

    return (standard(activations) * standard(feature).unsqueeze(1)).mean(dim=0)
