# misconception: Gumbel noise with the wrong sign: log(-log u) is added instead of subtracted
# loses: sample_test sample_frequencies_hidden sample_independent_hidden sample_extremes_hidden
# %% sample
def sample(logits):
    noise = torch.log(-torch.log(torch.rand_like(logits)))
    return (logits + noise).argmax(dim=1)
