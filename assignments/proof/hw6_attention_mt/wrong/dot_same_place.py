# misconception: keys of all rows of the batch are added up
# loses: dot_hidden
# %% dot
def dot_scores(query, keys, scaled=False):
    products = torch.einsum("bth,csh->bts", query, keys)
    return products * query.shape[2] ** -0.5 if scaled else products
