# misconception: the norm is returned as a tensor
# loses: clip_test clip_iterable_hidden
# %% clip
def clip_gradients(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    norm = torch.cat([grad.flatten() for grad in grads]).norm()
    if norm > max_norm:
        for grad in grads:
            grad.mul_(max_norm / norm)
    return norm
