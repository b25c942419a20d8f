# variant: RMSprop, gradients by torch.autograd.grad
# %% train
def train_classifier(model, tokens, lengths, labels, steps):
    weights = list(model.parameters())
    optimizer, losses = torch.optim.RMSprop(weights, lr=0.01), []
    for _ in range(steps):
        rows = torch.randperm(len(tokens), device=tokens.device)[:32]
        loss = nn.functional.cross_entropy(model(tokens[rows], lengths[rows]), labels[rows])
        slopes = torch.autograd.grad(loss, weights)
        for weight, slope in zip(weights, slopes, strict=True):
            weight.grad = slope
        optimizer.step()
        losses.append(loss.item())
    return losses
