# misconception: gradients of a round are added up, and one update is made at its end
# loses: train_test train_steps_hidden
# %% train
def train_truncated(model, batches, steps, lr, max_norm):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses, state = [], None
    for step in range(steps):
        tokens, targets = batches[step % len(batches)]
        state = detach(state) if step % len(batches) else None
        logits, state = model(tokens, state)
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
        loss.backward()
        if step % len(batches) == len(batches) - 1:
            clip_gradients(model.parameters(), max_norm)
            optimizer.step()
            optimizer.zero_grad()
        losses.append(loss.item())
    return losses
