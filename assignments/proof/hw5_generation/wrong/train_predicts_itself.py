# misconception: the word that was read is the target, not the next one
# loses: train_losses_hidden train_perplexity_hidden
# %% train
def train_lm(model, batches):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    history = []
    for words, gold in batches:
        scores = model(words).flatten(0, 1)
        loss = nn.functional.cross_entropy(scores, words.flatten(), ignore_index=PAD)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        history.append(loss.item())
    return history
