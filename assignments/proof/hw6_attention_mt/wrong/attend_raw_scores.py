# misconception: the scores are the weights of the sum
# loses: attend_test attend_values_hidden attend_gradients_hidden
# %% attend
def attend(score, query, keys, values, keep):
    shares = masked_softmax(score(query, keys), keep)
    return torch.bmm(score(query, keys), values), shares
