# variant: the first token whose cumulative sum exceeds a random number
# %% sample
def sample(logits):
    sums = logits.double().softmax(-1).cumsum(-1)
    luck = torch.rand_like(sums[:, :1]) * sums[:, -1:]
    return torch.searchsorted(sums, luck, right=True).squeeze(1)
