# variant: everything in one function, without the four pieces
# %% gradients
def gradients(weights, contexts, targets):
    B = len(targets)
    x = weights["E"][contexts].reshape(B, -1)
    h = x @ weights["W_x"].T + weights["b_h"]
    h[h < 0] = 0
    z = h @ weights["W_y"].T + weights["b_y"]
    log_probs = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
    delta = np.exp(log_probs)
    delta[range(B), targets] -= 1
    delta /= B
    back = (delta @ weights["W_y"]) * (h > 0)
    grads = {"b_y": delta.sum(0), "W_y": delta.T @ h, "b_h": back.sum(0), "W_x": back.T @ x}
    grads["E"] = np.zeros_like(weights["E"])
    np.add.at(grads["E"], contexts, (back @ weights["W_x"]).reshape(*contexts.shape, -1))
    return -log_probs[range(B), targets].mean(), grads
