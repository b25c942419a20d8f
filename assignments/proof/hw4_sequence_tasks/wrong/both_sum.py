# misconception: the two directions are added, not put side by side
# loses: both_test both_values_hidden both_last_hidden both_gradients_hidden
# %% both
def bidirectional(left_cell, right_cell, x, h0, lengths):
    left, end = unroll(left_cell, x, h0[0], lengths)
    right, start = unroll(right_cell, reverse(x, lengths), h0[1], lengths)
    return left + reverse(right, lengths), end + start
