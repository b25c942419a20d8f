# misconception: `.backward()` leaves a gradient in every weight of the cell
# loses: flow_leaves_hidden
# %% flow
def gradient_norms(step, x, state, lengths):
    x = x.detach().clone().requires_grad_()
    _, last = unroll(step, x, state, lengths)
    last[0].sum().backward()
    t = lengths[:, None] - 1 - torch.arange(x.shape[1], device=x.device)
    return x.grad.norm(dim=2).gather(1, t.clamp(min=0)) * (t >= 0)
