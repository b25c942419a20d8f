# variant: np.take with mode="wrap"
# %% train
def train(weights, contexts, targets, steps, lr, batch_size):
    weights = {**weights}
    losses = []
    for first in range(0, steps * batch_size, batch_size):
        rows = range(first, first + batch_size)
        x, y = (np.take(data, rows, axis=0, mode="wrap") for data in (contexts, targets))
        loss, grads = gradients(weights, x, y)
        losses += [loss]
        for name in weights:
            weights[name] = weights[name] - lr * grads[name]
    return weights, losses
