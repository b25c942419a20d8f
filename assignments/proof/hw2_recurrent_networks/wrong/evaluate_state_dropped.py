# misconception: the state is not carried from batch to batch
# loses: evaluate_carried_hidden
# %% evaluate
def evaluate_streams(model, batches):
    training, nats, words = model.training, 0.0, 0
    model.eval()
    with torch.no_grad():
        for tokens, targets in batches:
            logits, _ = model(tokens, None)
            flat = logits.flatten(0, 1), targets.flatten()
            nats += nn.functional.cross_entropy(*flat, reduction="sum").item()
            words += targets.numel()
    model.train(training)
    return math.exp(nats / words)
