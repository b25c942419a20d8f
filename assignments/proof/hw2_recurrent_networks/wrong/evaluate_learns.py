# misconception: gradients are computed while judging
# loses: evaluate_test evaluate_carried_hidden evaluate_mode_hidden
# %% evaluate
def evaluate_streams(model, batches):
    training, state, nats, words = model.training, None, 0.0, 0
    model.eval()
    for tokens, targets in batches:
        logits, state = model(tokens, detach(state))
        flat = logits.flatten(0, 1), targets.flatten()
        loss = nn.functional.cross_entropy(*flat, reduction="sum")
        loss.backward()
        nats += loss.item()
        words += targets.numel()
    model.train(training)
    return math.exp(nats / words)
