# misconception: the loss is measured again after the update
# loses: train_test train_steps_hidden
# %% train
def train_classifier(model, tokens, lengths, labels, steps):
    adam, losses = torch.optim.Adam(model.parameters(), lr=0.02), []
    for _ in range(steps):
        rows = torch.randperm(len(tokens), device=tokens.device)[:32]
        loss = nn.functional.cross_entropy(model(tokens[rows], lengths[rows]), labels[rows])
        adam.zero_grad()
        loss.backward()
        adam.step()
        with torch.no_grad():
            after = nn.functional.cross_entropy(model(tokens[rows], lengths[rows]), labels[rows])
        losses.append(after.item())
    return losses
