# misconception: the numbers of the two directions take turns
# loses: both_values_hidden both_last_hidden both_gradients_hidden
# %% both
def bidirectional(left_cell, right_cell, x, h0, lengths):
    left, end = unroll(left_cell, x, h0[0], lengths)
    right, start = unroll(right_cell, reverse(x, lengths), h0[1], lengths)
    hs = torch.stack([left, reverse(right, lengths)], dim=3).flatten(2)
    return hs, torch.stack([end, start], dim=2).flatten(1)
