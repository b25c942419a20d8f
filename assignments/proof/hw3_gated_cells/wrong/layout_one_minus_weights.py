# misconception: 1 minus the weights, where 1 minus the gate was meant
# loses: layout_test layout_hidden
# %% layout
def as_pytorch(stacked):
    z, r, n = stacked.chunk(3)
    return torch.cat([r, 1 - z, n])
