# misconception: the result is a new tensor of the default type
# loses: reverse_arguments_hidden
# %% reverse
def reverse(x, lengths):
    turned = torch.zeros(x.shape, device=x.device)
    for b, n in enumerate(lengths.tolist()):
        turned[b, :n], turned[b, n:] = x[b, :n].flip(0), x[b, n:]
    return turned
