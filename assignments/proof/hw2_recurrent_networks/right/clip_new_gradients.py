# variant: `.grad` gets a new tensor instead of being multiplied
# %% clip
def clip_gradients(parameters, max_norm):
    weights = [p for p in list(parameters) if p.grad is not None]
    norm = math.sqrt(sum(p.grad.square().sum().item() for p in weights))
    if norm > max_norm:
        for p in weights:
            p.grad = p.grad * (max_norm / norm)
    return norm
