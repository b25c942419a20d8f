# misconception: the weights walk with the derivative, uphill
# loses: train_test train_steps_hidden train_learns_hidden
# %% train
def train(weights, contexts, targets, steps, lr, batch_size):
    weights, losses = dict(weights), []
    for step in range(steps):
        rows = np.arange(step * batch_size, (step + 1) * batch_size) % len(targets)
        loss, grads = gradients(weights, contexts[rows], targets[rows])
        weights = {name: weights[name] + lr * grads[name] for name in weights}
        losses.append(loss)
    return weights, losses
