# misconception: the temperature comes after the filters
# loses: next_probs_hidden
# %% next_probs
def next_probs(logits, temperature=1.0, top_k=None, top_p=None):
    if top_k is not None:
        logits = keep_top_k(logits, top_k)
    if top_p is not None:
        logits = keep_top_p(logits, top_p)
    return torch.softmax(apply_temperature(logits, temperature), dim=1)
