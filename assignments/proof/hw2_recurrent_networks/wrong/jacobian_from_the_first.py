# misconception: the derivative of later states by the first one
# loses: jacobian_test jacobian_values_hidden
# %% jacobian
def jacobian_norms(hs, W_h):
    B, T, H = hs.shape
    product = torch.eye(H, dtype=hs.dtype, device=hs.device).expand(B, H, H)
    norms = [torch.linalg.matrix_norm(product, ord=2)]
    for t in range(1, T):
        product = ((1 - hs[:, t] ** 2)[:, :, None] * W_h) @ product
        norms.append(torch.linalg.matrix_norm(product, ord=2))
    return torch.stack(norms, dim=1)
