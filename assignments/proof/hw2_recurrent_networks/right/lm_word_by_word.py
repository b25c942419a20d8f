# variant: a loop over real words
# %% lm_gradients
def lm_gradients(weights, tokens, targets, h0):
    x = weights["E"][tokens]
    hs, _ = unroll(x, h0, weights["W_x"], weights["W_h"], weights["b_h"])
    d_hs, loss = torch.zeros_like(hs), hs.new_zeros(())
    grads = {name: torch.zeros_like(weight) for name, weight in weights.items()}
    places = [(b, t) for b, t in (targets != PADDING).nonzero().tolist()]
    for b, t in places:
        log_probs = torch.log_softmax(weights["W_y"] @ hs[b, t] + weights["b_y"], dim=0)
        loss -= log_probs[targets[b, t]] / len(places)
        d = log_probs.exp()
        d[targets[b, t]] -= 1
        d /= len(places)
        grads["W_y"] += torch.outer(d, hs[b, t])
        grads["b_y"] += d
        d_hs[b, t] = d @ weights["W_y"]
    found = bptt(d_hs, x, h0, hs, weights["W_x"], weights["W_h"])
    for row, word in zip(found["x"].flatten(0, 1), tokens.flatten().tolist(), strict=True):
        grads["E"][word] += row
    return loss, grads | {name: found[name] for name in ["W_x", "W_h", "b_h"]}
