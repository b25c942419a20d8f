# misconception: the weights are scaled instead of their gradients
# loses: clip_test clip_values_hidden clip_iterable_hidden
# %% clip
def clip_gradients(parameters, max_norm):
    weights = [p for p in parameters if p.grad is not None]
    norm = sum(float((p.grad**2).sum()) for p in weights) ** 0.5
    if norm > max_norm:
        for weight in weights:
            weight.data.mul_(max_norm / norm)
    return norm
