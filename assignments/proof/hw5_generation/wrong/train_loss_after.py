# misconception: the loss is measured after the update
# loses: train_losses_hidden
# %% train
def train_lm(model, batches):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    history = []
    for words, gold in batches:
        scores = model(words).flatten(0, 1)
        loss = nn.functional.cross_entropy(scores, gold.flatten(), ignore_index=-100)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            scores = model(words).flatten(0, 1)
            loss = nn.functional.cross_entropy(scores, gold.flatten(), ignore_index=-100)
        history.append(loss.item())
    return history
