# misconception: plain gradient descent with a careful learning rate learns nothing in 60 steps
# loses: train_beats_hidden
# %% train
def train_classifier(model, tokens, lengths, labels, steps):
    sgd, losses = torch.optim.SGD(model.parameters(), lr=0.01), []
    for _ in range(steps):
        rows = torch.randperm(len(tokens), device=tokens.device)[:32]
        loss = nn.functional.cross_entropy(model(tokens[rows], lengths[rows]), labels[rows])
        sgd.zero_grad()
        loss.backward()
        sgd.step()
        losses.append(loss.item())
    return losses
