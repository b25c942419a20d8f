# misconception: small gradients are scaled up, large ones left
# loses: clip_test clip_values_hidden clip_small_hidden clip_iterable_hidden
# %% clip
def clip_gradients(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    norm = sum(float((grad**2).sum()) for grad in grads) ** 0.5
    if 0 < norm < max_norm:
        for grad in grads:
            grad.mul_(max_norm / norm)
    return norm
