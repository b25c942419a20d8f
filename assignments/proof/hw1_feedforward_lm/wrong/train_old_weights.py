# misconception: the derivative is always taken at the first weights
# loses: train_test train_steps_hidden train_learns_hidden
# %% train
def train(weights, contexts, targets, steps, lr, batch_size):
    start, losses = dict(weights), []
    for step in range(steps):
        rows = np.arange(step * batch_size, (step + 1) * batch_size) % len(targets)
        loss, grads = gradients(start, contexts[rows], targets[rows])
        weights = {name: weights[name] - lr * grads[name] for name in weights}
        losses.append(loss)
    return weights, losses
