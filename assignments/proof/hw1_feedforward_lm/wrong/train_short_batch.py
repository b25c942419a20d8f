# misconception: the batch at the end of the data is cut short instead of going round
# loses: train_steps_hidden
# %% train
def train(weights, contexts, targets, steps, lr, batch_size):
    weights, losses = dict(weights), []
    for step in range(steps):
        first = step * batch_size % len(targets)
        rows = slice(first, first + batch_size)
        loss, grads = gradients(weights, contexts[rows], targets[rows])
        weights = {name: weights[name] - lr * grads[name] for name in weights}
        losses.append(loss)
    return weights, losses
