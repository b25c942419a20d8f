# misconception: the caller's weights are edited in place
# loses: train_steps_hidden
# %% train
def train(weights, contexts, targets, steps, lr, batch_size):
    weights, losses = dict(weights), []
    for step in range(steps):
        rows = np.arange(step * batch_size, (step + 1) * batch_size) % len(targets)
        loss, grads = gradients(weights, contexts[rows], targets[rows])
        for name in weights:
            weights[name] -= lr * grads[name]
        losses.append(loss)
    return weights, losses
