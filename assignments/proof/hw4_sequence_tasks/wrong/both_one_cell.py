# misconception: one cell reads in both directions
# loses: both_test both_values_hidden both_last_hidden both_gradients_hidden
# %% both
def bidirectional(left_cell, right_cell, x, h0, lengths):
    left, end = unroll(left_cell, x, h0[0], lengths)
    right, start = unroll(left_cell, reverse(x, lengths), h0[1], lengths)
    return torch.cat([left, reverse(right, lengths)], dim=2), torch.cat([end, start], dim=1)
