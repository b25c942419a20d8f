# misconception: of two states only the first is detached
# loses: train_state_hidden
# %% train
def train_truncated(model, batches, steps, lr, max_norm):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses, state = [], None
    for step in range(steps):
        tokens, targets = batches[step % len(batches)]
        if step % len(batches) == 0:
            state = None
        elif isinstance(state, tuple):
            state = (state[0].detach(), state[1])
        else:
            state = state.detach()
        logits, state = model(tokens, state)
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        clip_gradients(model.parameters(), max_norm)
        optimizer.step()
        losses.append(loss.item())
    return losses
