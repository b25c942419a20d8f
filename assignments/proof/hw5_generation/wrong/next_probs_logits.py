# misconception: logits are returned
# loses: next_probs_test next_probs_hidden
# %% next_probs
def next_probs(logits, temperature=1.0, top_k=None, top_p=None):
    filtered = apply_temperature(logits, temperature)
    if top_k is not None:
        filtered = keep_top_k(filtered, top_k)
    if top_p is not None:
        filtered = keep_top_p(filtered, top_p)
    return filtered
