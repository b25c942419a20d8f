# misconception: tokens come as a column (B, 1)
# loses: sample_test sample_frequencies_hidden sample_arguments_hidden
# %% sample
def sample(logits):
    chances = torch.softmax(logits, dim=1)
    return torch.multinomial(chances, num_samples=1)
