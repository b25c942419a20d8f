# variant: one target step at a time, v in einsum
# %% additive
def additive_scores(query, keys, W_q, W_k, v):
    offered = torch.einsum("bsw,wa->bsa", keys, W_k)
    steps = []
    for q in query.unbind(1):
        hidden = torch.tanh((q @ W_q).unsqueeze(1) + offered)
        steps.append(torch.einsum("bsa,a->bs", hidden, v))
    return torch.stack(steps, dim=1)
