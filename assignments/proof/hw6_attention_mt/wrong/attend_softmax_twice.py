# misconception: a softmax of the softmax
# loses: attend_test attend_values_hidden attend_gradients_hidden
# %% attend
def attend(score, query, keys, values, keep):
    shares = masked_softmax(score(query, keys), keep)
    shares = masked_softmax(shares, keep)
    return torch.bmm(shares, values), shares
