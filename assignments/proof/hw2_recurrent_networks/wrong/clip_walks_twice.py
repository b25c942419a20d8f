# misconception: `parameters` is walked through twice, but a generator ends after once
# loses: clip_iterable_hidden
# %% clip
def clip_gradients(parameters, max_norm):
    norm = sum(float((p.grad**2).sum()) for p in parameters if p.grad is not None) ** 0.5
    if norm > max_norm:
        for p in parameters:
            if p.grad is not None:
                p.grad.mul_(max_norm / norm)
    return norm
