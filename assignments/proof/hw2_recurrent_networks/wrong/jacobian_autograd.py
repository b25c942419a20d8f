# misconception: autograd makes the Jacobian of each step
# loses: jacobian_test jacobian_values_hidden jacobian_reach_hidden jacobian_device_hidden
# %% jacobian
def jacobian_norms(hs, W_h):
    B, T, H = hs.shape
    product = torch.eye(H, dtype=hs.dtype, device=hs.device).expand(B, H, H)
    norms = []
    for t in reversed(range(T)):
        norms.append(torch.linalg.matrix_norm(product, ord=2))
        old = torch.zeros_like(hs[:, t]).requires_grad_()
        new = torch.tanh(torch.atanh(hs[:, t]) + old @ W_h.T)
        rows = [torch.autograd.grad(new[:, i].sum(), old, retain_graph=True)[0] for i in range(H)]
        product = product @ torch.stack(rows, dim=1)
    return torch.stack(norms, dim=1)
