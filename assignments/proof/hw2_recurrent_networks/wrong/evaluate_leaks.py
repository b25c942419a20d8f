# misconception: the state of one text starts the next
# loses: evaluate_carried_hidden
# %% evaluate
def evaluate_streams(model, batches, memory={}):
    training, nats, words = model.training, 0.0, 0
    state = memory.get(sum(weight.numel() for weight in model.parameters()))
    model.eval()
    with torch.no_grad():
        for tokens, targets in batches:
            logits, state = model(tokens, state)
            flat = logits.flatten(0, 1), targets.flatten()
            nats += nn.functional.cross_entropy(*flat, reduction="sum").item()
            words += targets.numel()
    if isinstance(state, tuple):
        memory[sum(weight.numel() for weight in model.parameters())] = state
    model.train(training)
    return math.exp(nats / words)
