# misconception: gradients are cleared between backward and update
# loses: train_gradients_hidden train_beats_hidden
# %% train
def train_classifier(model, tokens, lengths, labels, steps):
    adam, losses = torch.optim.Adam(model.parameters(), lr=0.02), []
    for _ in range(steps):
        rows = torch.randperm(len(tokens), device=tokens.device)[:32]
        loss = nn.functional.cross_entropy(model(tokens[rows], lengths[rows]), labels[rows])
        loss.backward()
        adam.zero_grad()
        adam.step()
        losses.append(loss.item())
    return losses
