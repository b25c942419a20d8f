# misconception: padding may be attended to
# loses: attend_test attend_values_hidden attend_gradients_hidden
# %% attend
def attend(score, query, keys, values, keep):
    shares = masked_softmax(score(query, keys), torch.ones_like(keep))
    return torch.bmm(shares, values), shares
