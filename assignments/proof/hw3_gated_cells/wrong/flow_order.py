# misconception: the norms are in the order of time: the most distant input first
# loses: flow_test flow_values_hidden flow_ragged_hidden
# %% flow
def gradient_norms(step, x, state, lengths):
    x = x.detach().clone().requires_grad_()
    _, last = unroll(step, x, state, lengths)
    (gradient,) = torch.autograd.grad(last[0].sum(), x)
    return gradient.norm(dim=2)
