# misconception: a weight without a gradient raises an error
# loses: clip_iterable_hidden
# %% clip
def clip_gradients(parameters, max_norm):
    grads = [p.grad for p in parameters]
    norm = sum(float((grad**2).sum()) for grad in grads) ** 0.5
    if norm > max_norm:
        for grad in grads:
            grad.mul_(max_norm / norm)
    return norm
