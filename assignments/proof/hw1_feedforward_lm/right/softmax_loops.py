# variant: loops over rows and words
# %% softmax_backward
def softmax_backward(logits, targets):
    B, V = logits.shape
    result = np.zeros((B, V))
    for b in range(B):
        exps = np.exp(logits[b] - max(logits[b]))
        for k in range(V):
            result[b, k] = (exps[k] / exps.sum() - (k == targets[b])) / B
    return result
