# misconception: training stops at the end of the text
# loses: train_test train_steps_hidden
# %% train
def train_truncated(model, batches, steps, lr, max_norm):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses, state = [], None
    for tokens, targets in batches[:steps]:
        logits, state = model(tokens, detach(state))
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        clip_gradients(model.parameters(), max_norm)
        optimizer.step()
        losses.append(loss.item())
    return losses
