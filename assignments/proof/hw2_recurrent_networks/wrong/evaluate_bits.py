# misconception: 2 to the power of nats: log2 mixed with exp
# loses: evaluate_test evaluate_carried_hidden evaluate_mode_hidden
# %% evaluate
def evaluate_streams(model, batches):
    training, state, nats, words = model.training, None, 0.0, 0
    model.eval()
    with torch.no_grad():
        for tokens, targets in batches:
            logits, state = model(tokens, state)
            flat = logits.flatten(0, 1), targets.flatten()
            nats += nn.functional.cross_entropy(*flat, reduction="sum").item()
            words += targets.numel()
    model.train(training)
    return 2 ** (nats / words)
