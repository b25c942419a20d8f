# misconception: the sum is divided by the number of words
# loses: attend_test attend_values_hidden attend_gradients_hidden
# %% attend
def attend(score, query, keys, values, keep):
    shares = masked_softmax(score(query, keys), keep)
    return torch.bmm(shares, values) / values.shape[1], shares
