# misconception: derivatives of earlier steps are added up and never cleared
# loses: train_test train_steps_hidden train_learns_hidden
# %% train
def train(weights, contexts, targets, steps, lr, batch_size):
    weights, losses = dict(weights), []
    total = {name: 0.0 for name in weights}
    for step in range(steps):
        rows = np.arange(step * batch_size, (step + 1) * batch_size) % len(targets)
        loss, grads = gradients(weights, contexts[rows], targets[rows])
        total = {name: total[name] + grads[name] for name in weights}
        weights = {name: weights[name] - lr * total[name] for name in weights}
        losses.append(loss)
    return weights, losses
