# misconception: the largest eigenvalue instead of the largest singular value
# loses: jacobian_values_hidden
# %% jacobian
def jacobian_norms(hs, W_h):
    B, T, H = hs.shape
    product = torch.eye(H, dtype=hs.dtype, device=hs.device).expand(B, H, H)
    norms = []
    for t in reversed(range(T)):
        norms.append(torch.linalg.eigvals(product).abs().amax(dim=-1))
        product = product @ ((1 - hs[:, t] ** 2)[:, :, None] * W_h)
    return torch.stack(norms, dim=1)
