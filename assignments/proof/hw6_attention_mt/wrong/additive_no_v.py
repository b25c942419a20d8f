# misconception: the hidden units are added up without v
# loses: additive_test additive_hidden
# %% additive
def additive_scores(query, keys, W_q, W_k, v):
    asked, offered = query @ W_q, keys @ W_k
    return (asked.unsqueeze(2) + offered.unsqueeze(1)).tanh().sum(dim=-1)
