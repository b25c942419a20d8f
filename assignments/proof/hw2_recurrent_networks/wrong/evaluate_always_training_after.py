# misconception: the model is put in training mode afterwards, whatever it was
# loses: evaluate_mode_hidden
# %% evaluate
def evaluate_streams(model, batches):
    state, nats, words = None, 0.0, 0
    model.eval()
    with torch.no_grad():
        for tokens, targets in batches:
            logits, state = model(tokens, state)
            flat = logits.flatten(0, 1), targets.flatten()
            nats += nn.functional.cross_entropy(*flat, reduction="sum").item()
            words += targets.numel()
    model.train()
    return math.exp(nats / words)
