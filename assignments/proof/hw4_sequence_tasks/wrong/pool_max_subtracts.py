# misconception: a billion is subtracted at padding, where a larger number may stand
# loses: pool_max_hidden
# %% pool_max
def pool_max(hs, lengths):
    on = (torch.arange(hs.shape[1], device=hs.device) < lengths[:, None])[:, :, None]
    return (hs + (on.to(hs.dtype) - 1) * 1e9).max(1).values
