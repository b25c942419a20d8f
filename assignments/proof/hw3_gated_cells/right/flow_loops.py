# variant: each sequence alone, with one leaf for each step
# %% flow
def gradient_norms(step, x, state, lengths):
    norms = x.new_zeros(x.shape[:2])
    for b, length in enumerate(lengths.tolist()):
        leaves = [x[b : b + 1, t].detach().clone().requires_grad_() for t in range(length)]
        own = tuple(part[b : b + 1] for part in state)
        for x_t in leaves:
            own = step(x_t, own)
        slopes = torch.autograd.grad(own[0].sum(), leaves)
        for k, slope in enumerate(reversed(slopes)):
            norms[b, k] = slope.square().sum().sqrt()
    return norms
