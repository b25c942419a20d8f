# misconception: the rectangle is turned around, and as many columns are read as the row has words
# loses: both_test both_values_hidden both_last_hidden both_gradients_hidden
# %% both
def bidirectional(left_cell, right_cell, x, h0, lengths):
    left, end = unroll(left_cell, x, h0[0], lengths)
    right, start = unroll(right_cell, x.flip(1), h0[1], lengths)
    return torch.cat([left, right.flip(1)], dim=2), torch.cat([end, start], dim=1)
