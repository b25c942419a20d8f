# misconception: the padding in `targets` is overwritten
# loses: lm_gradients_test lm_gradients_padding_hidden lm_gradients_device_hidden
# %% lm_gradients
def lm_gradients(weights, tokens, targets, h0):
    x = weights["E"][tokens]
    hs, _ = unroll(x, h0, weights["W_x"], weights["W_h"], weights["b_h"])
    log_probs = (hs @ weights["W_y"].T + weights["b_y"]).log_softmax(dim=-1)
    keep = (targets != PADDING)[:, :, None]
    targets[targets == PADDING] = 0
    gold = targets[:, :, None]
    loss = -(log_probs.gather(-1, gold) * keep).sum() / keep.sum()
    d_logits = log_probs.exp().scatter_add(-1, gold, -torch.ones_like(log_probs[:, :, :1]))
    d_logits = d_logits * keep / keep.sum()
    grads = bptt(d_logits @ weights["W_y"], x, h0, hs, weights["W_x"], weights["W_h"])
    grads["W_y"] = torch.einsum("btv,bth->vh", d_logits, hs)
    grads["b_y"] = d_logits.sum(dim=(0, 1))
    d_E = torch.zeros_like(weights["E"])
    grads["E"] = d_E.index_add(0, tokens.flatten(), grads["x"].flatten(0, 1))
    return loss, {name: grads[name] for name in weights}
