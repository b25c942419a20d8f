# misconception: the right cell starts from where the left one has ended
# loses: both_test both_values_hidden both_last_hidden both_gradients_hidden
# %% both
def bidirectional(left_cell, right_cell, x, h0, lengths):
    left, end = unroll(left_cell, x, h0[0], lengths)
    right, start = unroll(right_cell, reverse(x, lengths), end, lengths)
    return torch.cat([left, reverse(right, lengths)], dim=2), torch.cat([end, start], dim=1)
