# misconception: a copy without a graph is turned around
# loses: reverse_gradients_hidden
# %% reverse
def reverse(x, lengths):
    turned = x.detach().clone()
    for b, n in enumerate(lengths.tolist()):
        turned[b, :n] = x[b, :n].detach().flip(0)
    return turned
