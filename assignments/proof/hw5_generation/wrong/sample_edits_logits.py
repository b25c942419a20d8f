# misconception: the largest logit is subtracted from the given tensor in place
# loses: sample_arguments_hidden
# %% sample
def sample(logits):
    logits -= logits.amax(dim=1, keepdim=True)
    chances = torch.softmax(logits, dim=1)
    return torch.multinomial(chances, num_samples=1).flatten()
