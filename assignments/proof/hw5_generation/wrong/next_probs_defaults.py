# misconception: None means 50 tokens and 0.9
# loses: next_probs_test next_probs_hidden
# %% next_probs
def next_probs(logits, temperature=1.0, top_k=None, top_p=None):
    filtered = keep_top_k(apply_temperature(logits, temperature), top_k or 50)
    return torch.softmax(keep_top_p(filtered, top_p or 0.9), dim=1)
