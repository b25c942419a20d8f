# misconception: the columns are numbered on the CPU
# loses: reverse_arguments_hidden
# %% reverse
def reverse(x, lengths):
    t = torch.arange(x.shape[1])
    index = torch.where(t < lengths[:, None], lengths[:, None] - 1 - t, t)
    return x.take_along_dim(index[:, :, None], dim=1)
