# misconception: targets are shifted once more
# loses: train_losses_hidden train_perplexity_hidden
# %% train
def train_lm(model, batches):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    history = []
    for words, gold in batches:
        scores = model(words)[:, :-1].flatten(0, 1)
        loss = nn.functional.cross_entropy(scores, gold[:, 1:].flatten(), ignore_index=-100)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        history.append(loss.item())
    return history
