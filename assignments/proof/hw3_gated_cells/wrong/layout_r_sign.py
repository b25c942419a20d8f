# misconception: the sign of r is turned
# loses: layout_test layout_hidden
# %% layout
def as_pytorch(stacked):
    z, r, n = stacked.chunk(3)
    return torch.cat([-r, z, n])
