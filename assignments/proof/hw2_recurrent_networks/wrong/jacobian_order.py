# misconception: the product is multiplied in the other order
# loses: jacobian_values_hidden
# %% jacobian
def jacobian_norms(hs, W_h):
    B, T, H = hs.shape
    product = torch.eye(H, dtype=hs.dtype, device=hs.device).expand(B, H, H)
    norms = []
    for t in reversed(range(T)):
        norms.append(torch.linalg.matrix_norm(product, ord=2))
        product = ((1 - hs[:, t] ** 2)[:, :, None] * W_h) @ product
    return torch.stack(norms, dim=1)
