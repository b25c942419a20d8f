# misconception: negative columns are left to Python, which counts from the end
# loses: reverse_test reverse_values_hidden reverse_gradients_hidden
# %% reverse
def reverse(x, lengths):
    index = lengths[:, None] - 1 - torch.arange(x.shape[1], device=x.device)
    return x[torch.arange(len(x), device=x.device)[:, None], index]
