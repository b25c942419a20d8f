# misconception: the number with the largest absolute value wins
# loses: pool_max_hidden
# %% pool_max
def pool_max(hs, lengths):
    beyond = torch.arange(hs.shape[1], device=hs.device) >= lengths[:, None]
    index = hs.abs().masked_fill(beyond[:, :, None], -1.0).argmax(dim=1, keepdim=True)
    return hs.gather(1, index)[:, 0]
