# misconception: the small network gives scores (B, S, T)
# loses: additive_test additive_hidden
# %% additive
def additive_scores(query, keys, W_q, W_k, v):
    asked, offered = query @ W_q, keys @ W_k
    return (asked.unsqueeze(1) + offered.unsqueeze(2)).tanh() @ v
