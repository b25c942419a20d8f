# misconception: the likeliest token is taken every time
# loses: sample_test sample_frequencies_hidden sample_independent_hidden sample_extremes_hidden
# %% sample
def sample(logits):
    return logits.argmax(dim=1)
