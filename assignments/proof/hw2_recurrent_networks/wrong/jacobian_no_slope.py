# misconception: tanh's slope is forgotten: powers of W_h
# loses: jacobian_test jacobian_values_hidden jacobian_reach_hidden
# %% jacobian
def jacobian_norms(hs, W_h):
    B, T, H = hs.shape
    product = torch.eye(H, dtype=hs.dtype, device=hs.device).expand(B, H, H)
    norms = []
    for _ in range(T):
        norms.append(torch.linalg.matrix_norm(product, ord=2))
        product = product @ W_h
    return torch.stack(norms, dim=1)
