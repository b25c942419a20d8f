# misconception: steps are counted as epochs
# loses: train_test train_steps_hidden
# %% train
def train(weights, contexts, targets, steps, lr, batch_size):
    weights, losses = dict(weights), []
    for _ in range(steps):
        for first in range(0, len(targets), batch_size):
            rows = slice(first, first + batch_size)
            loss, grads = gradients(weights, contexts[rows], targets[rows])
            weights = {name: weights[name] - lr * grads[name] for name in weights}
            losses.append(loss)
    return weights, losses
