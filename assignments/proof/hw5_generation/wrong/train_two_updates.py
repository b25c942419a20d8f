# misconception: two updates for each batch
# loses: train_losses_hidden
# %% train
def train_lm(model, batches):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    history = []
    for words, gold in [batch for batch in batches for _ in range(2)]:
        scores = model(words).flatten(0, 1)
        loss = nn.functional.cross_entropy(scores, gold.flatten(), ignore_index=-100)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        history.append(loss.item())
    return history[::2]
