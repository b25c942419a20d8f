# variant: gradient descent with momentum and a large learning rate, drawn with replacement
# %% train
def train_classifier(model, tokens, lengths, labels, steps):
    sgd, losses = torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.9, nesterov=True), []
    model.train()
    for _ in range(steps):
        rows = torch.randint(len(tokens), (32,), device=tokens.device)
        log_probs = model(tokens[rows], lengths[rows]).log_softmax(dim=-1)
        loss = -log_probs[torch.arange(32, device=tokens.device), labels[rows]].mean()
        model.zero_grad()
        loss.backward()
        sgd.step()
        losses += [loss.item()]
    return losses
