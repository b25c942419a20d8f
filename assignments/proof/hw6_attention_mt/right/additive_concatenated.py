# variant: one matrix for [query; key]
# %% additive
def additive_scores(query, keys, W_q, W_k, v):
    (B, T, H), (S, W) = query.shape, keys.shape[1:]
    pairs = torch.cat(
        [query[:, :, None].expand(B, T, S, H), keys[:, None].expand(B, T, S, W)], dim=3
    )
    return torch.tanh(pairs @ torch.cat([W_q, W_k])).matmul(v)
