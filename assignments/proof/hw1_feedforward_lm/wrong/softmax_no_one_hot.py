# misconception: one-hot is not subtracted
# loses: softmax_backward_test softmax_backward_hidden
# %% softmax_backward
def softmax_backward(logits, targets):
    B = len(targets)
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    d_logits = exps / exps.sum(axis=1, keepdims=True)
    return d_logits / B
