# misconception: the result is collected in a tensor on the CPU
# loses: scores_arguments_hidden
# %% dot
def dot_scores(query, keys, scaled=False):
    products = torch.zeros(len(query), query.shape[1], keys.shape[1], dtype=query.dtype)
    for b in range(len(query)):
        products[b] = query[b] @ keys[b].T
    return products * query.shape[2] ** -0.5 if scaled else products
