# misconception: the weights walk with the gradient, uphill
# loses: train_test train_steps_hidden train_clip_hidden
# %% train
def train_truncated(model, batches, steps, lr, max_norm):
    losses, state = [], None
    for step in range(steps):
        tokens, targets = batches[step % len(batches)]
        state = detach(state) if step % len(batches) else None
        logits, state = model(tokens, state)
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
        model.zero_grad()
        loss.backward()
        clip_gradients(model.parameters(), max_norm)
        with torch.no_grad():
            for weight in model.parameters():
                weight += lr * weight.grad
        losses.append(loss.item())
    return losses
