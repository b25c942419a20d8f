# misconception: every h counts, not the last one alone
# loses: flow_test flow_values_hidden flow_ragged_hidden
# %% flow
def gradient_norms(step, x, state, lengths):
    x = x.detach().clone().requires_grad_()
    hs, _ = unroll(step, x, state, lengths)
    (gradient,) = torch.autograd.grad(hs.sum(), x)
    t = lengths[:, None] - 1 - torch.arange(x.shape[1], device=x.device)
    return gradient.norm(dim=2).gather(1, t.clamp(min=0)) * (t >= 0)
