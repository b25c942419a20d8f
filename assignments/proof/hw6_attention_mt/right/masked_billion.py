# variant: padding gets a score of minus a billion, and exactly 0 afterwards
# %% masked
def masked_softmax(scores, keep):
    keep = keep[:, None].expand_as(scores)
    return torch.softmax(torch.where(keep, scores, -1e9), -1) * keep
