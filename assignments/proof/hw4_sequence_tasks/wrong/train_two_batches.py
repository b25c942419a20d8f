# misconception: the step count is not divided into batches: only the first two are ever seen
# loses: train_steps_hidden
# %% train
def train_classifier(model, tokens, lengths, labels, steps):
    adam, losses = torch.optim.Adam(model.parameters(), lr=0.02), []
    for step in range(steps):
        rows = slice(16 * (step % 2), 16 * (step % 2) + 16)
        loss = nn.functional.cross_entropy(model(tokens[rows], lengths[rows]), labels[rows])
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return losses
