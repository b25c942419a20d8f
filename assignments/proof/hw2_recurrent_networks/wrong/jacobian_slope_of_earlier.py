# misconception: the slope of the state before is taken
# loses: jacobian_test jacobian_values_hidden
# %% jacobian
def jacobian_norms(hs, W_h):
    B, T, H = hs.shape
    product = torch.eye(H, dtype=hs.dtype, device=hs.device).expand(B, H, H)
    norms = []
    for t in reversed(range(T)):
        norms.append(torch.linalg.matrix_norm(product, ord=2))
        product = product @ ((1 - hs[:, t - 1] ** 2)[:, :, None] * W_h)
    return torch.stack(norms, dim=1)
