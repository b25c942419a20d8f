# misconception: a sigmoid of each logit is taken for its probability
# loses: sample_test sample_frequencies_hidden sample_independent_hidden sample_extremes_hidden
# %% sample
def sample(logits):
    chances = torch.sigmoid(logits)
    return torch.multinomial(chances, num_samples=1).flatten()
