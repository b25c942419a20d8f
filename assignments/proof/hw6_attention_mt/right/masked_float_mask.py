# variant: a float mask of 0 and -inf is added
# %% masked
def masked_softmax(scores, keep):
    mask = torch.zeros_like(keep, dtype=scores.dtype).masked_fill(~keep, float("-inf"))
    return nn.functional.softmax(scores + mask[:, None, :], dim=2)
