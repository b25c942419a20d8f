# misconception: the loss of a batch is the sum over its reviews
# loses: train_steps_hidden
# %% train
def train_classifier(model, tokens, lengths, labels, steps):
    adam, losses = torch.optim.Adam(model.parameters(), lr=0.02), []
    for _ in range(steps):
        rows = torch.randperm(len(tokens), device=tokens.device)[:32]
        guess = model(tokens[rows], lengths[rows])
        loss = nn.functional.cross_entropy(guess, labels[rows], reduction="sum")
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return losses
