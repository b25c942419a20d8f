# misconception: it measures from a zero state, not from the given one
# loses: flow_values_hidden flow_ragged_hidden
# %% flow
def gradient_norms(step, x, state, lengths):
    x = x.detach().clone().requires_grad_()
    _, last = unroll(step, x, tuple(torch.zeros_like(s) for s in state), lengths)
    (gradient,) = torch.autograd.grad(last[0].sum(), x)
    t = lengths[:, None] - 1 - torch.arange(x.shape[1], device=x.device)
    return gradient.norm(dim=2).gather(1, t.clamp(min=0)) * (t >= 0)
