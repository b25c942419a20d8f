# misconception: the final states are the last column of hs
# loses: both_test both_last_hidden both_gradients_hidden
# %% both
def bidirectional(left_cell, right_cell, x, h0, lengths):
    left, _ = unroll(left_cell, x, h0[0], lengths)
    right, _ = unroll(right_cell, reverse(x, lengths), h0[1], lengths)
    hs = torch.cat([left, reverse(right, lengths)], dim=2)
    return hs, hs[:, -1]
