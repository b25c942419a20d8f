# misconception: `.cuda()` is written into the code where a GPU seems to be
# loses: sample_arguments_hidden
# %% sample
def sample(logits):
    if torch.cuda.is_available():
        logits = logits.cuda()
    chances = torch.softmax(logits, dim=1)
    return torch.multinomial(chances, num_samples=1).flatten()
