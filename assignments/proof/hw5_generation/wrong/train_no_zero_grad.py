# misconception: old gradients are never cleared
# loses: train_fresh_hidden train_perplexity_hidden
# %% train
def train_lm(model, batches):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    history = []
    for words, gold in batches:
        scores = model(words).flatten(0, 1)
        loss = nn.functional.cross_entropy(scores, gold.flatten(), ignore_index=-100)
        history = list(history)
        loss.backward()
        optimizer.step()
        history.append(loss.item())
    return history
