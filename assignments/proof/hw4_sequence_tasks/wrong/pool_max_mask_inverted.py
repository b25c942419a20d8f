# misconception: the mask hides the words and shows the padding
# loses: pool_max_test pool_max_hidden
# %% pool_max
def pool_max(hs, lengths):
    real = torch.arange(hs.shape[1], device=hs.device) < lengths[:, None]
    return hs.masked_fill(real[:, :, None], -math.inf).amax(dim=1)
