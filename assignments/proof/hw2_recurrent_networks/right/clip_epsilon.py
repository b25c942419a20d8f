# variant: a tiny number in the denominator, as PyTorch has it, and always a product
# %% clip
def clip_gradients(parameters, max_norm):
    weights = [p for p in parameters if p.grad is not None]
    norm = torch.stack([p.grad.norm() for p in weights]).norm().item()
    scale = min(1.0, max_norm / (norm + 1e-6))
    for p in weights:
        p.grad *= scale
    return norm
