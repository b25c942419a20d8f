# misconception: probabilities of what is cut are set to 0, and the rest does not add up to 1
# loses: next_probs_test next_probs_hidden
# %% next_probs
def next_probs(logits, temperature=1.0, top_k=None, top_p=None):
    heated = apply_temperature(logits, temperature)
    kept = heated if top_k is None else keep_top_k(heated, top_k)
    kept = kept if top_p is None else keep_top_p(kept, top_p)
    return torch.softmax(heated, dim=1) * (kept > -math.inf)
