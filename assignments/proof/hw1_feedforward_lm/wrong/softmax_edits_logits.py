# misconception: the largest logit is subtracted in place
# loses: softmax_backward_test
# %% softmax_backward
def softmax_backward(logits, targets):
    B = len(targets)
    logits -= logits.max(axis=1, keepdims=True)
    d_logits = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    d_logits[np.arange(B), targets] -= 1
    return d_logits / B
