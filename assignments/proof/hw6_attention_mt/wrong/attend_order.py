# misconception: weights first, then the context
# loses: attend_test attend_values_hidden attend_gradients_hidden
# %% attend
def attend(score, query, keys, values, keep):
    shares = masked_softmax(score(query, keys), keep)
    return shares, torch.bmm(shares, values)
