# misconception: keys ask and queries answer
# loses: attend_test attend_values_hidden attend_gradients_hidden attend_arguments_hidden
# %% attend
def attend(score, query, keys, values, keep):
    shares = masked_softmax(score(keys, query), keep)
    return torch.bmm(shares, values), shares
