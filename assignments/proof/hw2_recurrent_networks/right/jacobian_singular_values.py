# variant: example by example, the largest singular value
# %% jacobian
def jacobian_norms(hs, W_h):
    rows = []
    for states in hs:
        product, row = torch.eye(len(W_h)).to(W_h), []
        for h in states.flip(0):
            row.append(torch.linalg.svdvals(product)[0])
            product = product @ torch.diag(1 - h * h) @ W_h
        rows.append(torch.stack(row))
    return torch.stack(rows)
