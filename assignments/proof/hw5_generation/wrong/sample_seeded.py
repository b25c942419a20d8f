# misconception: a seed is set inside, so every call draws the same
# loses: sample_independent_hidden
# %% sample
def sample(logits):
    torch.manual_seed(5)
    chances = torch.softmax(logits, dim=1)
    return torch.multinomial(chances, num_samples=1).flatten()
