# misconception: the probability of the drawn token is returned, not the token
# loses: sample_test sample_frequencies_hidden sample_independent_hidden sample_extremes_hidden sample_arguments_hidden
# %% sample
def sample(logits):
    chances = torch.softmax(logits, dim=1)
    return chances.gather(1, torch.multinomial(chances, num_samples=1)).flatten()
