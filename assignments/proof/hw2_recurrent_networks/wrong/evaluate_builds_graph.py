# misconception: no backward is called, so the graph may as well be built
# loses: evaluate_mode_hidden
# %% evaluate
def evaluate_streams(model, batches):
    training, state, nats, words = model.training, None, 0.0, 0
    model.eval()
    for tokens, targets in batches:
        logits, state = model(tokens, state)
        flat = logits.flatten(0, 1), targets.flatten()
        nats += nn.functional.cross_entropy(*flat, reduction="sum").item()
        words += targets.numel()
    model.train(training)
    return math.exp(nats / words)
