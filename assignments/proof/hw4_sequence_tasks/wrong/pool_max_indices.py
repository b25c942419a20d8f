# misconception: `max` over an axis returns a pair, and the second part is taken
# loses: pool_max_test pool_max_hidden pool_arguments_hidden
# %% pool_max
def pool_max(hs, lengths):
    beyond = torch.arange(hs.shape[1], device=hs.device) >= lengths[:, None]
    return hs.masked_fill(beyond[:, :, None], -math.inf).max(dim=1)[1]
