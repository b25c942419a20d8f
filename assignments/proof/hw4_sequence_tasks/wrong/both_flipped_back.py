# misconception: what the right cell says is turned back as a rectangle
# loses: both_test both_values_hidden both_gradients_hidden
# %% both
def bidirectional(left_cell, right_cell, x, h0, lengths):
    left, end = unroll(left_cell, x, h0[0], lengths)
    right, start = unroll(right_cell, reverse(x, lengths), h0[1], lengths)
    return torch.cat([left, right.flip(1)], dim=2), torch.cat([end, start], dim=1)
