# misconception: columns are rearranged where rows are stacked
# loses: layout_test layout_hidden
# %% layout
def as_pytorch(stacked):
    z, r, n = stacked.chunk(3, dim=-1)
    return torch.cat([r, -z, n], dim=-1)
