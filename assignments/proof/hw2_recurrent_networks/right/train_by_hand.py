# variant: `model.train()` first, gradients set to None, the update by hand
# %% train
def train_truncated(model, batches, steps, lr, max_norm):
    model.train()
    losses = []
    for step in range(steps):
        tokens, targets = batches[step % len(batches)]
        start = None if step % len(batches) == 0 else detach(state)
        logits, state = model(tokens, start)
        loss = nn.functional.cross_entropy(logits.transpose(1, 2), targets)
        for weight in model.parameters():
            weight.grad = None
        loss.backward()
        clip_gradients(model.parameters(), max_norm)
        with torch.no_grad():
            for weight in model.parameters():
                weight -= lr * weight.grad
        losses.append(float(loss))
    return losses
