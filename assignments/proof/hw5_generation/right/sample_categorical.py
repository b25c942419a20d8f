# variant: torch.distributions
# %% sample
def sample(logits):
    return torch.distributions.Categorical(logits=logits, validate_args=False).sample()
