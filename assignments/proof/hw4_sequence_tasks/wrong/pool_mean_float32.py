# misconception: the mask is made of float32 numbers and the states are converted to it
# loses: pool_arguments_hidden
# %% pool_mean
def pool_mean(hs, lengths):
    real = (torch.arange(hs.shape[1], device=hs.device) < lengths[:, None]).float()
    return torch.einsum("bth,bt->bh", hs.float(), real) / lengths[:, None]
