# misconception: only the last word of each row is learned
# loses: train_losses_hidden train_perplexity_hidden
# %% train
def train_lm(model, batches):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    history = []
    for words, gold in batches:
        ends = (gold != -100).sum(dim=1) - 1
        rows = torch.arange(len(words), device=words.device)
        loss = nn.functional.cross_entropy(model(words)[rows, ends], gold[rows, ends])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        history.append(loss.item())
    return history
