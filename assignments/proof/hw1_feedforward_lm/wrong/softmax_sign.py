# misconception: the gradient has the opposite sign
# loses: softmax_backward_test softmax_backward_hidden
# %% softmax_backward
def softmax_backward(logits, targets):
    B = len(targets)
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    d_logits = exps / exps.sum(axis=1, keepdims=True)
    d_logits[np.arange(B), targets] -= 1
    return -d_logits / B
