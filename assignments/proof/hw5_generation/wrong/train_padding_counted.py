# misconception: padding is a target like any other
# loses: train_losses_hidden
# %% train
def train_lm(model, batches):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    history = []
    for words, gold in batches:
        scores = model(words).flatten(0, 1)
        loss = nn.functional.cross_entropy(scores, gold.clamp(min=PAD).flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        history.append(loss.item())
    return history
