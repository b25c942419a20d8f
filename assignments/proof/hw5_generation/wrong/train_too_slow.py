# misconception: a learning rate that is too small to get anywhere in 60 steps
# loses: train_test train_perplexity_hidden
# %% train
def train_lm(model, batches):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.0005)
    history = []
    for words, gold in batches:
        scores = model(words).flatten(0, 1)
        loss = nn.functional.cross_entropy(scores, gold.flatten(), ignore_index=-100)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        history.append(loss.item())
    return history
