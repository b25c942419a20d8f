# misconception: the mean of the batches' perplexities
# loses: evaluate_carried_hidden
# %% evaluate
def evaluate_streams(model, batches):
    training, state, total, words = model.training, None, 0.0, 0
    model.eval()
    with torch.no_grad():
        for tokens, targets in batches:
            logits, state = model(tokens, state)
            loss = nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
            total += loss.exp().item() * targets.numel()
            words += targets.numel()
    model.train(training)
    return total / words
