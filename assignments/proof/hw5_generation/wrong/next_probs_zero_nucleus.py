# misconception: `if top_p` takes a nucleus of 0 for no nucleus
# loses: next_probs_hidden
# %% next_probs
def next_probs(logits, temperature=1.0, top_k=None, top_p=None):
    logits = apply_temperature(logits, temperature)
    if top_k:
        logits = keep_top_k(logits, top_k)
    if top_p:
        logits = keep_top_p(logits, top_p)
    return logits.softmax(dim=1)
