# variant: the whole walk back in one loop, without the earlier tasks' functions
# %% lm_gradients
def lm_gradients(weights, tokens, targets, h0):
    W = weights
    hs = [h0]
    for t in range(tokens.shape[1]):
        hs.append(torch.tanh(W["E"][tokens[:, t]] @ W["W_x"].T + hs[-1] @ W["W_h"].T + W["b_h"]))
    grads = {name: torch.zeros_like(weight) for name, weight in W.items()}
    loss, d_next, N = 0.0, 0.0, (targets >= 0).sum()
    for t in reversed(range(tokens.shape[1])):
        logits, real = hs[t + 1] @ W["W_y"].T + W["b_y"], targets[:, t] >= 0
        log_probs, rows = logits.log_softmax(dim=1), torch.arange(len(tokens), device=h0.device)
        gold = torch.where(real, targets[:, t], 0)
        loss = loss - (log_probs[rows, gold] * real).sum() / N
        d = log_probs.exp()
        d[rows, gold] -= 1
        d = d * real[:, None] / N
        d_a = (d @ W["W_y"] + d_next) * (1 - hs[t + 1] ** 2)
        d_next = d_a @ W["W_h"]
        grads["W_y"] += d.T @ hs[t + 1]
        grads["b_y"] += d.sum(dim=0)
        grads["W_x"] += d_a.T @ W["E"][tokens[:, t]]
        grads["W_h"] += d_a.T @ hs[t]
        grads["b_h"] += d_a.sum(dim=0)
        grads["E"].index_put_((tokens[:, t],), d_a @ W["W_x"], accumulate=True)
    return loss, grads
