# misconception: the sum that must pass the random number is counted one token late
# loses: sample_test sample_frequencies_hidden sample_independent_hidden sample_extremes_hidden
# %% sample
def sample(logits):
    sums = torch.softmax(logits, dim=1).cumsum(dim=1)
    luck = torch.rand(len(logits), 1, device=logits.device)
    return ((sums <= luck).sum(dim=1) + 1).clamp(max=logits.shape[1] - 1)
