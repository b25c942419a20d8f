# variant: gradient descent with momentum and clipping, gradients cleared at the end
# %% train
def train_lm(model, batches):
    optimizer, losses = torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.9), []
    for tokens, targets in batches:
        logits = model(tokens)
        real = targets != -100
        loss = nn.functional.cross_entropy(logits[real], targets[real])
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(float(loss))
    return losses
