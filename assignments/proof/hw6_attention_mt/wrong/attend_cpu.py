# misconception: the mask is copied to a tensor on the CPU
# loses: attend_arguments_hidden
# %% attend
def attend(score, query, keys, values, keep):
    shares = masked_softmax(score(query, keys), keep)
    shares = shares * torch.ones(keep.shape[0], 1, 1, dtype=shares.dtype)
    return torch.bmm(shares, values), shares
