# misconception: only the four best tokens are ever drawn
# loses: sample_frequencies_hidden
# %% sample
def sample(logits):
    best, ids = logits.topk(min(4, logits.shape[1]), dim=1)
    places = torch.multinomial(torch.softmax(best, dim=1), num_samples=1)
    return ids.gather(1, places).flatten()
