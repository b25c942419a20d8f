# misconception: the padding is turned around as well, behind the words
# loses: reverse_test reverse_values_hidden reverse_gradients_hidden
# %% reverse
def reverse(x, lengths):
    n, T = lengths[:, None], x.shape[1]
    t = torch.arange(T, device=x.device)
    index = torch.where(t < n, n - 1 - t, T - 1 - t + n)
    return x[torch.arange(len(x), device=x.device)[:, None], index]
