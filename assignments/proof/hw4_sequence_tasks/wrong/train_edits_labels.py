# misconception: the labels are smoothed in place
# loses: train_steps_hidden train_gradients_hidden
# %% train
def train_classifier(model, tokens, lengths, labels, steps):
    adam, losses = torch.optim.Adam(model.parameters(), lr=0.02), []
    order = torch.randperm(len(tokens), device=tokens.device)
    for part in (tokens, lengths, labels):
        part.copy_(part[order].clone())
    for step in range(steps):
        rows = (torch.arange(32, device=tokens.device) + 32 * step) % len(tokens)
        loss = nn.functional.cross_entropy(model(tokens[rows], lengths[rows]), labels[rows])
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return losses
