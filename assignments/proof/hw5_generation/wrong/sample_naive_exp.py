# misconception: exp of the logits themselves, which overflows (`sample`)
# loses: sample_test sample_extremes_hidden
# %% sample
def sample(logits):
    chances = logits.exp() / logits.exp().sum(dim=1, keepdim=True)
    return torch.multinomial(chances, num_samples=1).flatten()
