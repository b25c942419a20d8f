# misconception: normal noise is added before the argmax, where Gumbel noise belongs
# loses: sample_test sample_frequencies_hidden sample_independent_hidden sample_extremes_hidden
# %% sample
def sample(logits):
    return (logits + torch.randn_like(logits)).argmax(dim=1)
