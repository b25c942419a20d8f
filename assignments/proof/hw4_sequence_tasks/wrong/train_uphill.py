# misconception: the loss is maximised
# loses: train_beats_hidden
# %% train
def train_classifier(model, tokens, lengths, labels, steps):
    adam, losses = torch.optim.Adam(model.parameters(), lr=0.02, maximize=True), []
    for _ in range(steps):
        rows = torch.randperm(len(tokens), device=tokens.device)[:32]
        loss = nn.functional.cross_entropy(model(tokens[rows], lengths[rows]), labels[rows])
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return losses
