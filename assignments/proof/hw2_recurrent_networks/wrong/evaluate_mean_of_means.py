# misconception: the mean of the batches' means: words in a short batch weigh more
# loses: evaluate_carried_hidden
# %% evaluate
def evaluate_streams(model, batches):
    training, state, means = model.training, None, []
    model.eval()
    with torch.no_grad():
        for tokens, targets in batches:
            logits, state = model(tokens, state)
            loss = nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
            means.append(loss.item())
    model.train(training)
    return math.exp(sum(means) / len(means))
