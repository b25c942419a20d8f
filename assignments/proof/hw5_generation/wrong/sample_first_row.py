# misconception: every token of the batch is drawn from the distribution of row 0
# loses: sample_test sample_frequencies_hidden
# %% sample
def sample(logits):
    return torch.multinomial(torch.softmax(logits[0], dim=0), len(logits), replacement=True)
