# misconception: two small batches take turns, and nothing else is ever seen
# loses: train_steps_hidden train_beats_hidden
# %% train
def train_classifier(model, tokens, lengths, labels, steps):
    adam, losses = torch.optim.Adam(model.parameters(), lr=0.02), []
    for step in range(steps):
        rows = slice(3 * (step % 2), 3 * (step % 2) + 3)
        loss = nn.functional.cross_entropy(model(tokens[rows], lengths[rows]), labels[rows])
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return losses
