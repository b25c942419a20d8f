# misconception: tanh of each, then their sum
# loses: additive_test additive_hidden
# %% additive
def additive_scores(query, keys, W_q, W_k, v):
    asked, offered = (query @ W_q).tanh(), (keys @ W_k).tanh()
    return (asked.unsqueeze(2) + offered.unsqueeze(1)) @ v
