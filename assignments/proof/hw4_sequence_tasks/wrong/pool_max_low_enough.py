# misconception: padding is set to -100, "low enough"
# loses: pool_max_hidden
# %% pool_max
def pool_max(hs, lengths):
    beyond = torch.arange(hs.shape[1], device=hs.device) >= lengths[:, None]
    return hs.masked_fill(beyond[:, :, None], -100.0).amax(dim=1)
