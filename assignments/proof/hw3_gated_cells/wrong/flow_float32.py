# misconception: the measurement is made in float32
# loses: flow_leaves_hidden
# %% flow
def gradient_norms(step, x, state, lengths):
    x = x.detach().clone().requires_grad_()
    _, last = unroll(step, x, state, lengths)
    (gradient,) = torch.autograd.grad(last[0].sum(), x)
    t = lengths[:, None] - 1 - torch.arange(x.shape[1], device=x.device)
    return gradient.float().norm(dim=2).gather(1, t.clamp(min=0)) * (t >= 0)
