# variant: copies, edited in place
# %% train
def train(weights, contexts, targets, steps, lr, batch_size):
    new = {name: value.copy() for name, value in weights.items()}
    losses, position = [], 0
    while len(losses) < steps:
        rows = [(position + k) % len(targets) for k in range(batch_size)]
        position += batch_size
        loss, grads = gradients(new, contexts[rows], targets[rows])
        for name, grad in grads.items():
            new[name] -= lr * grad
        losses.append(float(loss))
    return new, losses
