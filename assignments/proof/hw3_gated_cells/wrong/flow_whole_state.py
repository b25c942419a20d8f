# misconception: all parts of the state count, the cell too
# loses: flow_values_hidden flow_ragged_hidden
# %% flow
def gradient_norms(step, x, state, lengths):
    x = x.detach().clone().requires_grad_()
    _, last = unroll(step, x, state, lengths)
    (gradient,) = torch.autograd.grad(sum(part.sum() for part in last), x)
    t = lengths[:, None] - 1 - torch.arange(x.shape[1], device=x.device)
    return gradient.norm(dim=2).gather(1, t.clamp(min=0)) * (t >= 0)
