# misconception: padding is overwritten in the given states
# loses: pool_max_hidden pool_arguments_hidden
# %% pool_max
def pool_max(hs, lengths):
    beyond = torch.arange(hs.shape[1], device=hs.device) >= lengths[:, None]
    return hs.masked_fill_(beyond[:, :, None], -math.inf).amax(dim=1)
