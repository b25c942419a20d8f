# misconception: the word with the largest single number wins with all its numbers
# loses: pool_max_hidden
# %% pool_max
def pool_max(hs, lengths):
    beyond = torch.arange(hs.shape[1], device=hs.device) >= lengths[:, None]
    best = hs.amax(dim=2).masked_fill(beyond, -math.inf).argmax(dim=1)
    return hs[torch.arange(len(hs), device=hs.device), best]
