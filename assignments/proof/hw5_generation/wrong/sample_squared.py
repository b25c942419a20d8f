# misconception: the softmax is taken of 2 logits: too sure of itself
# loses: sample_test sample_frequencies_hidden sample_independent_hidden sample_extremes_hidden
# %% sample
def sample(logits):
    chances = torch.softmax(2 * logits, dim=1)
    return torch.multinomial(chances, num_samples=1).flatten()
