# misconception: the embeddings are normalised in place
# loses: gradients_hidden
# %% gradients
def gradients(weights, contexts, targets):
    E, W_x, b_h, W_y, b_y = (weights[name] for name in ["E", "W_x", "b_h", "W_y", "b_y"])
    E /= np.abs(E).max()
    x = E[contexts].reshape(len(contexts), -1)
    a = x @ W_x.T + b_h
    h = np.maximum(a, 0)
    logits = h @ W_y.T + b_y
    highest = logits.max(axis=1, keepdims=True)
    log_sum = highest[:, 0] + np.log(np.exp(logits - highest).sum(axis=1))
    loss = float(np.mean(log_sum - logits[np.arange(len(targets)), targets]))
    d_h, d_W_y, d_b_y = linear_backward(softmax_backward(logits, targets), h, W_y)
    d_x, d_W_x, d_b_h = linear_backward(relu_backward(d_h, a), x, W_x)
    d_E = embedding_backward(d_x, contexts, len(E))
    return loss, {"E": d_E, "W_x": d_W_x, "b_h": d_b_h, "W_y": d_W_y, "b_y": d_b_y}
