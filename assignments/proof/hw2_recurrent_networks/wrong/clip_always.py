# misconception: small gradients are stretched to max_norm
# loses: clip_small_hidden
# %% clip
def clip_gradients(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    norm = sum(float((grad**2).sum()) for grad in grads) ** 0.5
    for grad in grads:
        grad.mul_(max_norm / (norm + 1e-12))
    return norm
