# misconception: rows are numbered by a mask that lives on the CPU
# loses: pool_arguments_hidden
# %% pool_last
def pool_last(hs, lengths):
    mask = torch.arange(hs.shape[1]) == lengths[:, None] - 1
    return (hs * mask[:, :, None]).sum(dim=1)
