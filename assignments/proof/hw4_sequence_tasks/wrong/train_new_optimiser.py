# misconception: a new optimiser is made at every step, which forgets what it has gathered
# loses: train_beats_hidden
# %% train
def train_classifier(model, tokens, lengths, labels, steps):
    losses = []
    for _ in range(steps):
        momentum = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
        rows = torch.randperm(len(tokens), device=tokens.device)[:32]
        loss = nn.functional.cross_entropy(model(tokens[rows], lengths[rows]), labels[rows])
        momentum.zero_grad()
        loss.backward()
        momentum.step()
        losses.append(loss.item())
    return losses
