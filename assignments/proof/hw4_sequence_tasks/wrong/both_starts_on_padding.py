# misconception: the right cell starts on padding, for the whole rectangle is turned around
# loses: both_test both_values_hidden both_last_hidden both_gradients_hidden
# %% both
def bidirectional(left_cell, right_cell, x, h0, lengths):
    full = torch.full_like(lengths, x.shape[1])
    left, end = unroll(left_cell, x, h0[0], lengths)
    right, start = unroll(right_cell, x.flip(1), h0[1], full)
    return torch.cat([left, right.flip(1)], dim=2), torch.cat([end, start], dim=1)
