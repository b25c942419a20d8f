# variant: an axis of three gates, reordered
# %% layout
def as_pytorch(stacked):
    gates = stacked.unflatten(0, (3, -1))
    return torch.stack([gates[1], gates[0].neg(), gates[2]]).flatten(0, 1)
