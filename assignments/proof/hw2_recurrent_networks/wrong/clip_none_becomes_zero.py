# misconception: a weight without a gradient gets one of zeros
# loses: clip_iterable_hidden
# %% clip
def clip_gradients(parameters, max_norm):
    weights = list(parameters)
    for weight in weights:
        if weight.grad is None:
            weight.grad = torch.zeros_like(weight)
    norm = sum(float((p.grad**2).sum()) for p in weights) ** 0.5
    if norm > max_norm:
        for weight in weights:
            weight.grad.mul_(max_norm / norm)
    return norm
