# variant: one einsum
# %% general
def general_scores(query, keys, W_a):
    return torch.einsum("bth,hw,bsw->bts", query, W_a, keys)
