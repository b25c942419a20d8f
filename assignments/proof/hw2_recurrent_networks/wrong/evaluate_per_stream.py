# misconception: the sum of nats is divided by the steps, not by the words
# loses: evaluate_test evaluate_carried_hidden evaluate_mode_hidden
# %% evaluate
def evaluate_streams(model, batches):
    training, state, nats, steps = model.training, None, 0.0, 0
    model.eval()
    with torch.no_grad():
        for tokens, targets in batches:
            logits, state = model(tokens, state)
            flat = logits.flatten(0, 1), targets.flatten()
            nats += nn.functional.cross_entropy(*flat, reduction="sum").item()
            steps += targets.shape[1]
    model.train(training)
    return math.exp(nats / steps)
