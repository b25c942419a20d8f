# misconception: the reviews are taken in the order of the list, which nobody has shuffled
# loses: train_steps_hidden
# %% train
def train_classifier(model, tokens, lengths, labels, steps):
    opt = torch.optim.Adam(model.parameters(), lr=0.02)
    losses = []
    for s in range(steps):
        rows = (torch.arange(32) + 32 * s) % len(tokens)
        loss = nn.functional.cross_entropy(model(tokens[rows], lengths[rows]), labels[rows])
        opt.zero_grad()
        loss.backward()
        opt.step()
        losses.append(loss.item())
    return losses
