# variant: the matrix meets the keys first
# %% general
def general_scores(query, keys, W_a):
    return torch.bmm(query, nn.functional.linear(keys, W_a).mT)
