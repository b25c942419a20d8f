# variant: words in a row, one-hot targets, matrix products
# %% lm_gradients
def lm_gradients(weights, tokens, targets, h0):
    names = ["E", "W_x", "W_h", "b_h", "W_y", "b_y"]
    E, W_x, W_h, b_h, W_y, b_y = (weights[name] for name in names)
    V = len(E)
    ones_in = nn.functional.one_hot(tokens, V).to(E.dtype)
    x = ones_in @ E
    hs, _ = unroll(x, h0, W_x, W_h, b_h)
    flat = hs.flatten(0, 1)
    gold = targets.flatten()
    real = (gold != PADDING).to(E.dtype)[:, None]
    ones = nn.functional.one_hot(gold.clamp(min=0), V).to(E.dtype)
    logits = flat @ W_y.T + b_y
    probs = logits.softmax(dim=1)
    N = real.sum()
    loss = ((logits.logsumexp(dim=1) - (logits * ones).sum(dim=1)) * real[:, 0]).sum()
    d_logits = (probs - ones) * real / N
    found = bptt((d_logits @ W_y).view_as(hs), x, h0, hs, W_x, W_h)
    grads = {name: found[name] for name in ["W_x", "W_h", "b_h"]}
    grads |= {"W_y": d_logits.T @ flat, "b_y": d_logits.sum(dim=0)}
    grads["E"] = ones_in.flatten(0, 1).T @ found["x"].flatten(0, 1)
    return loss / N, grads
