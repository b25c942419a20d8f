# misconception: the whole rectangle is turned around, so short rows begin with padding
# loses: reverse_test reverse_values_hidden reverse_gradients_hidden
# %% reverse
def reverse(x, lengths):
    return x.flip(1)
