# misconception: the loss is that after the update
# loses: train_steps_hidden
# %% train
def train(weights, contexts, targets, steps, lr, batch_size):
    weights, losses = dict(weights), []
    for step in range(steps):
        rows = np.arange(step * batch_size, (step + 1) * batch_size) % len(targets)
        loss, grads = gradients(weights, contexts[rows], targets[rows])
        weights = {name: weights[name] - lr * grads[name] for name in weights}
        losses.append(gradients(weights, contexts[rows], targets[rows])[0])
    return weights, losses
