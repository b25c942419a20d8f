# misconception: one random number decides for the whole batch
# loses: sample_test sample_frequencies_hidden sample_independent_hidden sample_extremes_hidden
# %% sample
def sample(logits):
    sums = torch.softmax(logits, dim=1).cumsum(dim=1)
    return (sums < torch.rand(1, device=logits.device)).sum(dim=1).clamp(max=logits.shape[1] - 1)
