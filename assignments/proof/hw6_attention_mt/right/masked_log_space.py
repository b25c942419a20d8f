# variant: in log space, with the maximum of the real words
# %% masked
def masked_softmax(scores, keep):
    real = keep.unsqueeze(1)
    low = torch.where(real, scores, torch.finfo(scores.dtype).min)
    logs = low - low.logsumexp(dim=2, keepdim=True)
    return torch.where(real, logs.exp(), torch.zeros_like(logs))
