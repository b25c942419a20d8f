# misconception: the softmax runs over the batch
# loses: sample_test sample_frequencies_hidden sample_independent_hidden sample_extremes_hidden
# %% sample
def sample(logits):
    chances = torch.softmax(logits, dim=0)
    return torch.multinomial(chances, num_samples=1).flatten()
