# misconception: whatever the score, it is scaled once more
# loses: attend_values_hidden attend_gradients_hidden
# %% attend
def attend(score, query, keys, values, keep):
    shares = masked_softmax(score(query, keys) / query.shape[2] ** 0.5, keep)
    return torch.bmm(shares, values), shares
