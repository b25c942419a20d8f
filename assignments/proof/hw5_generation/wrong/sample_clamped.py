# misconception: logits are clamped to [-30, 30] for safety, and differences beyond that are lost
# loses: sample_extremes_hidden
# %% sample
def sample(logits):
    chances = torch.softmax(logits.clamp(-30, 30), dim=1)
    return torch.multinomial(chances, num_samples=1).flatten()
