# misconception: exp of large logits overflows in the gradient
# loses: softmax_backward_hidden
# %% softmax_backward
def softmax_backward(logits, targets):
    B = len(targets)
    exps = np.exp(logits)
    d_logits = exps / exps.sum(axis=1, keepdims=True)
    d_logits[np.arange(B), targets] -= 1
    return d_logits / B
