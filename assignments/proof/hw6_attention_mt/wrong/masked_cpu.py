# misconception: the mask is made on the CPU
# loses: masked_arguments_hidden
# %% masked
def masked_softmax(scores, keep):
    far = torch.full(scores.shape, -math.inf, dtype=scores.dtype)
    return torch.where(keep.unsqueeze(1), scores, far).softmax(dim=-1)
