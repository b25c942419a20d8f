# misconception: the given batch is turned around in place
# loses: reverse_gradients_hidden reverse_arguments_hidden
# %% reverse
def reverse(x, lengths):
    for b, n in enumerate(lengths.tolist()):
        x[b, :n] = x[b, :n].flip(0)
    return x
