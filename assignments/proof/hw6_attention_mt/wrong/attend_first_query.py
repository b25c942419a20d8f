# misconception: all steps use the first query's weights
# loses: attend_test attend_values_hidden attend_gradients_hidden
# %% attend
def attend(score, query, keys, values, keep):
    shares = masked_softmax(score(query, keys)[:, :1].expand(-1, query.shape[1], -1), keep)
    return torch.bmm(shares, values), shares
