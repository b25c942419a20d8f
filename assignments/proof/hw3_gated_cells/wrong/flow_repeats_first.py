# misconception: before the beginning of a sequence stands the norm of its first input
# loses: flow_test flow_ragged_hidden
# %% flow
def gradient_norms(step, x, state, lengths):
    x = x.detach().clone().requires_grad_()
    _, last = unroll(step, x, state, lengths)
    (gradient,) = torch.autograd.grad(last[0].sum(), x)
    t = lengths[:, None] - 1 - torch.arange(x.shape[1], device=x.device)
    return gradient.norm(dim=2).gather(1, t.clamp(min=0))
