# misconception: a copy without a graph is filled
# loses: pool_last_hidden
# %% pool_last
def pool_last(hs, lengths):
    return torch.stack([hs[b, n - 1].detach() for b, n in enumerate(lengths.tolist())])
