# misconception: probabilities of the whole batch are one distribution
# loses: sample_test sample_frequencies_hidden sample_extremes_hidden sample_arguments_hidden sample_independent_hidden
# %% sample
def sample(logits):
    chances = torch.softmax(logits.mean(dim=0), dim=0)
    return torch.multinomial(chances, num_samples=len(logits))
