# misconception: what the right cell says is not turned back to the order of the words
# loses: both_test both_values_hidden both_gradients_hidden
# %% both
def bidirectional(left_cell, right_cell, x, h0, lengths):
    left, end = unroll(left_cell, x, h0[0], lengths)
    right, start = unroll(right_cell, reverse(x, lengths), h0[1], lengths)
    return torch.cat([left, right], dim=2), torch.cat([end, start], dim=1)
