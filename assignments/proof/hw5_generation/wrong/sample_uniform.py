# misconception: all tokens are equally likely
# loses: sample_test sample_frequencies_hidden sample_independent_hidden sample_extremes_hidden
# %% sample
def sample(logits):
    return torch.randint(logits.shape[1], (len(logits),), device=logits.device)
