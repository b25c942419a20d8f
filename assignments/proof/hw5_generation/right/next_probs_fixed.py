# variant: None stands for values that change nothing
# %% next_probs
def next_probs(logits, temperature=1.0, top_k=None, top_p=None):
    k = logits.shape[1] if top_k is None else top_k
    kept = keep_top_k(apply_temperature(logits, temperature), k)
    return keep_top_p(kept, 1.0 if top_p is None else top_p).softmax(-1)
