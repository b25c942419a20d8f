# misconception: the losses are kept as tensors, and with them every graph
# loses: train_steps_hidden
# %% train
def train_truncated(model, batches, steps, lr, max_norm):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses, state = [], None
    for step in range(steps):
        inputs, targets = batches[step % len(batches)]
        state = detach(state) if step % len(batches) else None
        logits, state = model(inputs, state)
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        clip_gradients(model.parameters(), max_norm)
        optimizer.step()
        losses.append(loss)
    return losses
