# misconception: every batch starts from no state
# loses: train_steps_hidden train_state_hidden
# %% train
def train_truncated(model, batches, steps, lr, max_norm):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for step in range(steps):
        tokens, targets = batches[step % len(batches)]
        logits, _ = model(tokens, None)
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        clip_gradients(model.parameters(), max_norm)
        optimizer.step()
        losses.append(loss.item())
    return losses
