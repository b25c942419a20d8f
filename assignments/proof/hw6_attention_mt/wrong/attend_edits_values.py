# misconception: values at padding are set to 0 in the given tensor
# loses: attend_gradients_hidden attend_arguments_hidden
# %% attend
def attend(score, query, keys, values, keep):
    values[~keep] = 0.0
    shares = masked_softmax(score(query, keys), keep)
    return torch.bmm(shares, values), shares
