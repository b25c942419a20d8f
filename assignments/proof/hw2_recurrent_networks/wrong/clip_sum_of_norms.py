# misconception: the norms are added up, not their squares
# loses: clip_test clip_values_hidden clip_small_hidden clip_iterable_hidden
# %% clip
def clip_gradients(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    norm = sum(float(grad.norm()) for grad in grads)
    if norm > max_norm:
        for grad in grads:
            grad.mul_(max_norm / norm)
    return norm
