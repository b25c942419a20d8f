# misconception: padding adds nothing to the sum but counts in the mean
# loses: train_losses_hidden
# %% train
def train_lm(model, batches):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    history = []
    for words, gold in batches:
        scores = model(words).flatten(0, 1)
        loss = nn.functional.cross_entropy(scores, gold.flatten(), ignore_index=-100, reduction="sum") / gold.numel()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        history.append(loss.item())
    return history
