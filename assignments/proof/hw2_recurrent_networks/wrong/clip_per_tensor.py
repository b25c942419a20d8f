# misconception: each weight's gradient is clipped on its own
# loses: clip_test clip_values_hidden clip_iterable_hidden
# %% clip
def clip_gradients(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    norm = sum(float((grad**2).sum()) for grad in grads) ** 0.5
    for grad in grads:
        own = float(grad.norm())
        if own > max_norm:
            grad.mul_(max_norm / own)
    return norm
