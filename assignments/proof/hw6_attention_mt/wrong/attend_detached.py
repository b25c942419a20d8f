# misconception: weights are cut off in the sum
# loses: attend_gradients_hidden
# %% attend
def attend(score, query, keys, values, keep):
    shares = masked_softmax(score(query, keys), keep)
    return torch.bmm(shares.detach(), values), shares
