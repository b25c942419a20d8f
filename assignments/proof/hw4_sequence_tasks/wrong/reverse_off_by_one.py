# misconception: column t comes from column length - t
# loses: reverse_test reverse_values_hidden reverse_gradients_hidden
# %% reverse
def reverse(x, lengths):
    t = torch.arange(x.shape[1], device=x.device)
    index = lengths[:, None] - t
    index = torch.where(index >= 0, index, t).clamp(max=x.shape[1] - 1)
    return x[torch.arange(len(x), device=x.device)[:, None], index]
