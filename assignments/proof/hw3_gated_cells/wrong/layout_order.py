# misconception: the sign of z is turned, but the order is ours
# loses: layout_test layout_hidden
# %% layout
def as_pytorch(stacked):
    z, r, n = stacked.chunk(3)
    return torch.cat([-z, r, n])
