# variant: einsum, and values of padding set to 0
# %% attend
def attend(score, query, keys, values, keep):
    weights = masked_softmax(score(query, keys), keep)
    values = torch.where(keep.unsqueeze(-1), values, 0.0)
    return torch.einsum("bts,bsw->btw", weights, values), weights
