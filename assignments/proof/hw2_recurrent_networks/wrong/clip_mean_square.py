# misconception: the root of the mean square instead of the sum
# loses: clip_test clip_values_hidden clip_small_hidden clip_iterable_hidden
# %% clip
def clip_gradients(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    norm = float(torch.cat([grad.flatten() for grad in grads]).square().mean().sqrt())
    if norm > max_norm:
        for grad in grads:
            grad.mul_(max_norm / norm)
    return norm
