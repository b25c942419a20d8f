# misconception: only the best word counts
# loses: attend_values_hidden attend_gradients_hidden
# %% attend
def attend(score, query, keys, values, keep):
    shares = masked_softmax(score(query, keys), keep)
    shares = nn.functional.one_hot(shares.argmax(dim=2), shares.shape[2]).to(shares)
    return torch.bmm(shares, values), shares
