# misconception: Adam with its default learning rate, 0.001, is too slow for 60 steps
# loses: train_beats_hidden
# %% train
def train_classifier(model, tokens, lengths, labels, steps):
    adam, losses = torch.optim.Adam(model.parameters()), []
    for _ in range(steps):
        rows = torch.randperm(len(tokens), device=tokens.device)[:32]
        loss = nn.functional.cross_entropy(model(tokens[rows], lengths[rows]), labels[rows])
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return losses
