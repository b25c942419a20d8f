# variant: `backward` that is told to fill the copy of x alone
# %% flow
def gradient_norms(step, x, state, lengths):
    x = x.clone().requires_grad_()
    hs, _ = unroll(step, x, state, lengths)
    hs[:, -1].sum().backward(inputs=[x])
    norms = torch.linalg.vector_norm(x.grad, dim=-1)
    result = torch.zeros_like(norms)
    for b, length in enumerate(lengths.tolist()):
        result[b, :length] = norms[b, :length].flip(0)
    return result
