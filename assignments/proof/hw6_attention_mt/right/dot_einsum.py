# variant: einsum
# %% dot
def dot_scores(query, keys, scaled=False):
    root = math.sqrt(keys.shape[-1]) if scaled else 1
    return torch.einsum("bth,bsh->bts", query, keys) / root
