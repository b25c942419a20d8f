# misconception: distances are counted back from the end of the padding
# loses: flow_test flow_ragged_hidden
# %% flow
def gradient_norms(step, x, state, lengths):
    x = x.detach().clone().requires_grad_()
    _, last = unroll(step, x, state, lengths)
    (gradient,) = torch.autograd.grad(last[0].sum(), x)
    return gradient.norm(dim=2).flip(1)
