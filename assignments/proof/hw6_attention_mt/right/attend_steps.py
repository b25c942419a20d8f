# variant: one query at a time
# %% attend
def attend(score, query, keys, values, keep):
    contexts, weights = [], []
    for t in range(query.shape[1]):
        share = masked_softmax(score(query[:, t : t + 1], keys), keep)
        weights.append(share)
        contexts.append((share.transpose(1, 2) * values).sum(dim=1, keepdim=True))
    return torch.cat(contexts, dim=1), torch.cat(weights, dim=1)
